import { describe, expect, test } from 'vitest'
import { KubeError } from '../../../../../src/errors.ts'
import { createCache } from '../../../../../src/io/kube/cache/cache.ts'
import { silent } from '../../../../../src/io/log.ts'
import { resourceKind } from '../../../../../src/known-kinds.ts'
import { type KubeObject, refOf } from '../../../../../src/objects.ts'
import { fakeClock, hurriedClock } from '../../fake-clock.ts'
import { type FakeKube, fakeKube } from '../fake-kube.ts'

const deployments = resourceKind({ apiVersion: 'apps/v1', kind: 'Deployment' })
const secrets = resourceKind({ apiVersion: 'v1', kind: 'Secret' })

function deployment(name: string, labels: Record<string, string> = {}, namespace = 'test') {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels } }
}

const ref = (name: string, namespace = 'test') => refOf(deployment(name, {}, namespace))
const names = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.name).sort()

function started(kube: FakeKube, options = {}) {
  const cache = createCache(
    { kube, clock: hurriedClock(), random: () => 0.5, log: silent },
    options,
  )
  const changes: string[] = []
  const waiting: { line: string; resolve: () => void }[] = []
  cache.onChange(({ name }, object, previous, source) => {
    const verb = object ? (previous ? 'changed' : 'new') : 'gone'
    const line = `${verb} ${name} by ${source}`
    changes.push(line)
    for (const one of waiting) if (one.line === line) one.resolve()
  })
  return {
    cache,
    changes,
    /** Resolves when that change is reported, now or earlier. */
    change: (line: string) =>
      changes.includes(line)
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiting.push({ line, resolve })),
    [Symbol.asyncDispose]: () => cache.stop(),
  }
}

describe('following a kind', () => {
  test('lists once and hears of what changes', async () => {
    const kube = fakeKube([deployment('a')])
    await using at = started(kube)
    await at.cache.want(deployments)
    expect(names(at.cache.list(deployments))).toEqual(['a'])
    await kube.whenWatching()
    kube.store(deployment('b'))
    kube.store(deployment('a', { new: 'yes' }))
    kube.drop(ref('b'))
    await at.change('gone b by watch')
    expect(at.changes).toEqual([
      'new a by watch',
      'new b by watch',
      'changed a by watch',
      'gone b by watch',
    ])
    expect(at.cache.get(ref('a'))?.metadata.labels).toEqual({ new: 'yes' })
    expect(kube.requests).toEqual(['list deployments', 'watch deployments from 101'])
  })

  test('reads long lists in pages', async () => {
    const kube = fakeKube(Array.from({ length: 1_100 }, (_, index) => deployment(`d${index}`)))
    await using at = started(kube)
    await at.cache.want(deployments)
    expect(at.cache.list(deployments)).toHaveLength(1_100)
    expect(kube.requests.filter((request) => request === 'list deployments')).toHaveLength(3)
  })

  test('holds only what is accepted, and lets go of what is accepted no longer', async () => {
    const kube = fakeKube([deployment('a', { app: 'x' }), deployment('b')])
    await using at = started(kube)
    await at.cache.want(deployments, { keep: ({ metadata }) => metadata.labels?.app === 'x' })
    expect(names(at.cache.list(deployments))).toEqual(['a'])
    await kube.whenWatching()
    kube.store(deployment('a'))
    await at.change('gone a by watch')
    expect(at.cache.list(deployments)).toEqual([])
  })

  test('finds what another filter accepts besides', async () => {
    const kube = fakeKube([deployment('a', { app: 'x' }), deployment('b')])
    await using at = started(kube)
    await at.cache.want(deployments, { keep: ({ metadata }) => metadata.labels?.app === 'x' })
    await at.cache.want(deployments, { keep: () => true })
    expect(names(at.cache.list(deployments))).toEqual(['a', 'b'])
  })

  test('keeps a glimpse of every object of a kind, where one is wanted, and asks for nothing', async () => {
    const kube = fakeKube([deployment('a', { x: '1' }), deployment('b', {}, 'other')])
    const nameOnly = ({ apiVersion, kind, metadata }: KubeObject): KubeObject => {
      const { name, namespace = '', resourceVersion = '' } = metadata
      return { apiVersion, kind, metadata: { name, namespace, resourceVersion } }
    }
    await using at = started(kube, { glimpsesOf: () => nameOnly })
    await at.cache.interest('canary', [ref('c')])
    expect(names(at.cache.list(deployments))).toEqual([])
    expect(names(at.cache.glimpses(deployments))).toEqual(['a', 'b'])
    const [glimpse] = at.cache.glimpses(deployments, 'test')
    expect(glimpse?.metadata.labels).toBeUndefined()
    await kube.whenWatching()
    kube.drop(ref('a'))
    kube.store(deployment('c'))
    await at.change('new c by watch')
    expect(names(at.cache.glimpses(deployments))).toEqual(['b', 'c'])
  })

  test('asks for nothing that it heard of just before somebody depends on it', async () => {
    const kube = fakeKube([deployment('a')])
    await using at = started(kube)
    await at.cache.interest('first', [ref('a')])
    await kube.whenWatching()
    kube.store(deployment('b'))
    kube.store(deployment('b', { new: 'yes' }))
    kube.store(deployment('c'))
    kube.drop(ref('c'))
    kube.store(deployment('a', { new: 'yes' }))
    await at.change('changed a by watch')
    expect(at.cache.get(ref('b'))).toBeUndefined()
    const before = kube.requests.length
    await at.cache.interest('second', [ref('b')])
    expect(at.cache.get(ref('b'))?.metadata.labels).toEqual({ new: 'yes' })
    expect(kube.requests.slice(before)).toEqual([])
    await at.cache.interest('third', [ref('c')])
    expect(at.cache.get(ref('c'))).toBeUndefined()
  })

  test('holds no contents of secrets and no managed fields', async () => {
    const metadata = { name: 'token', namespace: 'test', managedFields: [{ manager: 'kubectl' }] }
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata, data: { token: 'eA==' } }
    await using at = started(fakeKube([secret]))
    await at.cache.want(secrets)
    expect(at.cache.list(secrets)).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'token', namespace: 'test', resourceVersion: '101' },
      },
    ])
  })
})

describe('when the connection is lost', () => {
  test('goes on where it was', async () => {
    const kube = fakeKube([deployment('a')])
    await using at = started(kube)
    await at.cache.want(deployments)
    await kube.whenWatching()
    kube.bookmark()
    kube.endWatches(new KubeError('reset', { status: 0, reason: 'ConnectionReset' }))
    while (kube.watching() > 0) await Promise.resolve()
    await kube.whenWatching()
    expect(kube.requests).toEqual([
      'list deployments',
      'watch deployments from 101',
      // One object, for the version of the server: it may be older than what was seen of it.
      'list deployments',
      'watch deployments from 102',
    ])
    expect(at.cache.synced(deployments)).toBe(true)
  })

  test('lists again after 410, and notices what was deleted meanwhile', async () => {
    const kube = fakeKube([deployment('a'), deployment('b')])
    await using at = started(kube)
    await at.cache.want(deployments)
    await kube.whenWatching()
    kube.objects.delete('apps/v1/Deployment/test/b')
    kube.endWatches(new KubeError('too old', { status: 410, reason: 'Expired' }))
    await at.change('gone b by watch')
    expect(names(at.cache.list(deployments))).toEqual(['a'])
  })

  test('waits longer and longer while the server is away, and never gives up', async () => {
    const kube = fakeKube([deployment('a')])
    const clock = fakeClock()
    const cache = createCache({ kube, clock, random: () => 1, log: silent })
    const away = new KubeError('refused', { status: 0, reason: 'ConnectionRefused' })
    kube.before = () => Promise.reject(away)
    const ready = cache.want(deployments)
    clock.step(0)
    const waits: (number | undefined)[] = []
    for (let tries = 0; tries < 8; tries += 1) {
      await clock.whenWaiting()
      waits.push(clock.nextMs())
      if (tries === 7) kube.before = () => {}
      clock.step(clock.nextMs() ?? 0)
    }
    await ready
    await cache.stop()
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
    expect(names(cache.list(deployments))).toEqual(['a'])
  })
})

describe('a kind that cannot be followed', () => {
  test.each([
    [404, 'missing'],
    [403, 'forbidden'],
  ])(
    'is reported for status %i as %s, holds nobody up, and is found later',
    async (status, state) => {
      const kube = fakeKube([deployment('a')])
      const clock = fakeClock()
      const cache = createCache({ kube, clock, random: () => 0, log: silent })
      kube.before = () => Promise.reject(new KubeError('not for you', { status }))
      const ready = Promise.all([cache.want(deployments), cache.interest('canary', [ref('a')])])
      clock.step(0)
      await ready
      expect(cache.states()).toEqual([{ kind: deployments, state, message: 'not for you' }])
      expect(cache.synced(deployments)).toBe(false)
      kube.before = () => {}
      await clock.whenWaiting()
      expect(clock.nextMs()).toBe(30_000)
      clock.step(30_000)
      await kube.whenWatching()
      expect(cache.states()).toMatchObject([{ state: 'synced', message: '' }])
      expect(names(cache.list(deployments))).toEqual(['a'])
      await cache.stop()
    },
  )
})

describe('interest', () => {
  test('needs one list for all that is asked for at once', async () => {
    const kube = fakeKube([deployment('a'), deployment('b'), deployment('c')])
    await using at = started(kube)
    await Promise.all([
      at.cache.interest('x', [ref('a')]),
      at.cache.interest('y', [ref('b'), ref('none')]),
    ])
    expect(names(at.cache.list(deployments))).toEqual(['a', 'b'])
    expect(kube.requests.filter((request) => !request.startsWith('watch'))).toEqual([
      'list deployments',
    ])
    expect(at.cache.ownersOf(ref('b'))).toEqual(['y'])
  })

  test('gets a new reference once', async () => {
    const kube = fakeKube([deployment('a'), deployment('b')])
    await using at = started(kube)
    await at.cache.interest('x', [ref('a')])
    await at.cache.interest('x', [ref('a'), ref('b')])
    await at.cache.interest('y', [ref('b')])
    expect(names(at.cache.list(deployments))).toEqual(['a', 'b'])
    expect(kube.requests.filter((request) => request.startsWith('get'))).toEqual([
      'get Deployment b',
    ])
  })

  test('lists again instead of getting very many', async () => {
    const many = Array.from({ length: 50 }, (_, index) => `d${index}`)
    const kube = fakeKube(many.map((name) => deployment(name)))
    await using at = started(kube)
    await at.cache.interest('first', [ref('d0')])
    await Promise.all(many.map((name) => at.cache.interest(name, [ref(name)])))
    expect(at.cache.list(deployments)).toHaveLength(50)
    expect(kube.requests.some((request) => request.startsWith('get'))).toBe(false)
  })

  test('lets go of what nobody depends on any more', async () => {
    const kube = fakeKube([deployment('a')])
    await using at = started(kube)
    await at.cache.interest('x', [ref('a')])
    await at.cache.interest('y', [ref('a')])
    await at.cache.interest('x', [])
    expect(at.cache.get(ref('a'))).toBeDefined()
    await at.cache.interest('y', [])
    expect(at.cache.get(ref('a'))).toBeUndefined()
    expect(at.cache.ownersOf(ref('a'))).toEqual([])
  })

  test('tries again what could not be looked up', async () => {
    const kube = fakeKube([deployment('a'), deployment('b')])
    await using at = started(kube)
    await at.cache.interest('x', [ref('a')])
    kube.before = () => Promise.reject(new KubeError('broken', { status: 500 }))
    await expect(at.cache.interest('x', [ref('b')])).rejects.toThrow('broken')
    kube.before = () => {}
    await at.cache.interest('x', [ref('b')])
    expect(at.cache.get(ref('b'))).toBeDefined()
  })

  test('follows other namespaces only where something is asked for there', async () => {
    const kube = fakeKube([deployment('a'), deployment('m', {}, 'mesh')])
    await using at = started(kube, { namespace: 'test' })
    await at.cache.interest('x', [ref('a'), ref('m', 'mesh')])
    expect(at.cache.states().map(({ namespace }) => namespace)).toEqual(['test', 'mesh'])
    expect(at.cache.get(ref('m', 'mesh'))).toBeDefined()
  })
})

describe('when etcd was restored from a backup', () => {
  /** A cache that has seen the versions 1000 and more, of a server that is back at 105. */
  async function restored(end: KubeError | 'end') {
    const kube = fakeKube([deployment('kept'), deployment('lost')])
    kube.age(1_000)
    kube.store(deployment('kept', { edited: 'yes' }))
    const running = started(kube)
    await running.cache.want(deployments)
    await kube.whenWatching()
    running.cache.remove(ref('kept'))
    running.cache.put(deploymentOf('1500'))
    kube.objects.clear()
    kube.age(-1_000)
    kube.store(deployment('kept'))
    kube.endWatches(end)
    return { ...running, kube }
  }
  const deploymentOf = (resourceVersion: string): KubeObject => {
    const { metadata, ...rest } = deployment('kept')
    return { ...rest, metadata: { ...metadata, resourceVersion } }
  }

  test.each<[string, KubeError | 'end']>([
    ['the connection breaks', new KubeError('reset', { status: 0, reason: 'ConnectionReset' })],
    ['the server ends the watch', 'end'],
    ['the watch stays silent', new KubeError('silent', { status: 0, reason: 'Timeout' })],
    ['the version is refused', new KubeError('too large', { status: 504, reason: 'Timeout' })],
  ])('and %s, the list is believed, and what comes after it is seen', async (_, end) => {
    await using at = await restored(end)
    await at.change('gone lost by watch')
    expect(Number(at.cache.get(ref('kept'))?.metadata.resourceVersion)).toBeLessThan(1_000)
    await at.kube.whenWatching()
    at.kube.store(deployment('kept', { edited: 'again' }))
    at.kube.store(deployment('after'))
    await at.change('new after by watch')
    expect(at.cache.get(ref('kept'))?.metadata.labels).toEqual({ edited: 'again' })
  })

  test('a version that goes back in the middle of a watch is noticed', async () => {
    const kube = fakeKube([deployment('a'), deployment('lost')])
    kube.age(1_000)
    kube.bookmark()
    await using at = started(kube)
    await at.cache.want(deployments)
    await kube.whenWatching()
    kube.age(-1_000)
    kube.objects.delete('apps/v1/Deployment/test/lost')
    kube.bookmark()
    await at.change('gone lost by watch')
    expect(names(at.cache.list(deployments))).toEqual(['a'])
  })
})

describe('objects that nobody else makes', () => {
  const isOurs = ({ name }: { name: string }) => name.endsWith('-primary')

  test('are not asked for where the list has none, and are where it has one', async () => {
    const kube = fakeKube([deployment('a'), deployment('b-primary')])
    await using at = started(kube)
    await at.cache.interest('x', [ref('a')], isOurs)
    await kube.whenWatching()
    await at.cache.interest('y', [ref('a-primary'), ref('b-primary'), ref('none')], isOurs)
    expect(kube.requests.filter((request) => request.startsWith('get'))).toEqual([
      'get Deployment b-primary',
      'get Deployment none',
    ])
    kube.store(deployment('a-primary'))
    await at.change('new a-primary by watch')
  })
})

describe('own writes', () => {
  const at = (resourceVersion: string): KubeObject => {
    const { metadata, ...rest } = deployment('a')
    return { ...rest, metadata: { ...metadata, resourceVersion } }
  }

  test('are seen at once, and never replaced by something older', async () => {
    const kube = fakeKube([deployment('a')])
    await using running = started(kube)
    await running.cache.want(deployments)
    running.cache.put(at('1000'))
    running.cache.put(at('999'))
    expect(running.cache.get(ref('a'))?.metadata.resourceVersion).toBe('1000')
    await kube.whenWatching()
    kube.store(deployment('a'))
    kube.store(deployment('b'))
    await running.change('new b by watch')
    expect(running.cache.get(ref('a'))?.metadata.resourceVersion).toBe('1000')
    expect(running.changes).toEqual(['new a by watch', 'changed a by write', 'new b by watch'])
  })

  test('do not bring back what was deleted meanwhile', async () => {
    const kube = fakeKube([deployment('a')])
    await using running = started(kube)
    await running.cache.want(deployments)
    await kube.whenWatching()
    kube.drop(ref('a'))
    await running.change('gone a by watch')
    running.cache.put(at('101'))
    expect(running.cache.get(ref('a'))).toBeUndefined()
    running.cache.put(at('103'))
    expect(running.cache.get(ref('a'))).toBeDefined()
  })

  test('survive a list that was taken before them', async () => {
    const kube = fakeKube([deployment('a')])
    await using running = started(kube)
    await running.cache.want(deployments)
    await kube.whenWatching()
    const created = {
      ...deployment('new'),
      metadata: { ...deployment('new').metadata, resourceVersion: '500' },
    }
    kube.before = (request) => {
      if (request.startsWith('list')) running.cache.put(created)
    }
    kube.objects.delete('apps/v1/Deployment/test/a')
    kube.endWatches(new KubeError('too old', { status: 410 }))
    await running.change('gone a by watch')
    expect(names(running.cache.list(deployments))).toEqual(['new'])
  })

  test('count for no more than a list that was taken after them', async () => {
    const kube = fakeKube([deployment('a')])
    await using running = started(kube)
    await running.cache.want(deployments)
    await kube.whenWatching()
    running.cache.put(at('1000'))
    kube.endWatches(new KubeError('too old', { status: 410 }))
    await running.change('changed a by watch')
    expect(running.cache.get(ref('a'))?.metadata.resourceVersion).toBe('101')
  })

  test('forget at once what was deleted', async () => {
    await using running = started(fakeKube([deployment('a')]))
    await running.cache.want(deployments)
    running.cache.remove(ref('a'))
    expect(running.cache.get(ref('a'))).toBeUndefined()
    expect(running.changes).toContain('gone a by write')
  })
})

test('a listener that throws does not keep the others from hearing', async () => {
  const kube = fakeKube([deployment('a')])
  const cache = createCache({ kube, clock: hurriedClock(), random: () => 0, log: silent })
  const heard: string[] = []
  cache.onChange(() => {
    throw new Error('bug')
  })
  cache.onChange(({ name }) => heard.push(name))
  await cache.want(deployments)
  await cache.stop()
  expect(heard).toEqual(['a'])
})

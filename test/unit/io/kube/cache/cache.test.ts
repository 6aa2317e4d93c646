import { describe, expect, test } from 'vitest'
import { KubeError } from '../../../../../src/errors.ts'
import { createCache } from '../../../../../src/io/kube/cache/cache.ts'
import { silent } from '../../../../../src/io/log.ts'
import { resourceKind } from '../../../../../src/known-kinds.ts'
import type { KubeObject } from '../../../../../src/objects.ts'
import { patience } from '../../../../support/patience.ts'
import { fakeClock } from '../../fake-clock.ts'
import { fakeKube } from '../fake-kube.ts'
import { deployment, deployments, names, ref, started } from './caches.ts'

const secrets = resourceKind({ apiVersion: 'v1', kind: 'Secret' })

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

  test('counts an edition with what is wanted of objects, and none with their status', async () => {
    const kube = fakeKube([withGeneration(1)])
    await using at = started(kube)
    await at.cache.want(deployments)
    await kube.whenWatching()
    const edition = at.cache.edition(deployments)
    kube.store({ ...withGeneration(1), ...{ status: { replicas: 1 } } })
    await expect.poll(() => at.cache.get(ref('a')), patience).toHaveProperty('status.replicas', 1)
    expect(at.cache.edition(deployments)).toBe(edition)
    kube.store(withGeneration(2))
    await expect.poll(() => at.cache.edition(deployments), patience).toBe(edition + 1)
    kube.drop(ref('a'))
    await expect.poll(() => at.cache.edition(deployments), patience).toBe(edition + 2)
  })

  test('counts no edition with news that a glimpse does not hold', async () => {
    const kube = fakeKube([deployment('a', { x: '1' })])
    const labelsOnly = ({ apiVersion, kind, metadata }: KubeObject): KubeObject => {
      const { name, namespace = '', labels = {}, resourceVersion = '' } = metadata
      return { apiVersion, kind, metadata: { name, namespace, labels, resourceVersion } }
    }
    await using at = started(kube, { glimpsesOf: () => labelsOnly })
    await at.cache.interest('canary', [ref('a')])
    await kube.whenWatching()
    const edition = at.cache.edition(deployments)
    kube.store({ ...deployment('a', { x: '1' }), ...{ spec: { replicas: 3 } } })
    await expect.poll(() => at.cache.get(ref('a')), patience).toHaveProperty('spec.replicas', 3)
    expect(at.cache.edition(deployments)).toBe(edition)
    kube.store(deployment('a', { x: '2' }))
    await expect.poll(() => at.cache.edition(deployments), patience).toBe(edition + 1)
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

function withGeneration(generation: number): KubeObject {
  const { metadata, ...rest } = deployment('a')
  return { ...rest, metadata: { ...metadata, uid: 'u', generation } }
}

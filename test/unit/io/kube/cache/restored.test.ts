/** What a cache holds when the server forgets, is restored, or is written to by ourselves. */
import { describe, expect, test } from 'vitest'
import { KubeError } from '../../../../../src/errors.ts'
import { createCache } from '../../../../../src/io/kube/cache/cache.ts'
import { silent } from '../../../../../src/io/log.ts'
import type { KubeObject } from '../../../../../src/objects.ts'
import { hurriedClock } from '../../fake-clock.ts'
import { fakeKube } from '../fake-kube.ts'
import { deployment, deployments, names, ref, started } from './caches.ts'

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

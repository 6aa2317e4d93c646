import { expect, test } from 'vitest'
import { systemClock } from '../../../../src/io/clock.ts'
import { createCache } from '../../../../src/io/kube/cache/cache.ts'
import { connect } from '../../../../src/io/kube/client.ts'
import { anonymousConnection } from '../../../../src/io/kube/connection/connection.ts'
import { createEventRecorder } from '../../../../src/io/kube/events.ts'
import { electLeader } from '../../../../src/io/kube/lease.ts'
import { silent } from '../../../../src/io/log.ts'
import { resourceKind } from '../../../../src/known-kinds.ts'
import { startApiServer } from '../../../../src/sandbox/api/server.ts'

const configMaps = resourceKind({ apiVersion: 'v1', kind: 'ConfigMap' })
const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
})
const ref = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'default',
  name,
})

async function running() {
  const server = await startApiServer()
  const kube = connect(anonymousConnection(server.url))
  const deps = { kube, clock: systemClock, random: () => 0, log: silent }
  return {
    server,
    kube,
    deps,
    async [Symbol.asyncDispose]() {
      await kube.close()
      await server.close()
    },
  }
}

test('an object without a name is none, and not the list of its kind', async () => {
  await using at = await running()
  await at.kube.create(configMap('a'))
  expect(await at.kube.get(ref(''))).toBeUndefined()
})

test('reads and writes one object through its life', async () => {
  await using at = await running()
  expect(await at.kube.get(ref('a'))).toBeUndefined()
  const created = await at.kube.create(configMap('a', { x: '1' }))
  const patched = await at.kube.patch<typeof created>(ref('a'), { data: { y: '2' } })
  expect(patched.data).toEqual({ x: '1', y: '2' })
  await expect(at.kube.replace({ ...created, data: {} })).rejects.toMatchObject({
    status: 409,
    reason: 'Conflict',
  })
  const replaced = await at.kube.replace({ ...patched, data: { z: '3' } })
  expect(await at.kube.get(ref('a'))).toEqual(replaced)
  const applied = await at.kube.patch<typeof created>(ref('a'), configMap('a', { w: '4' }), {
    type: 'apply',
    fieldManager: 'test',
    force: true,
  })
  expect(applied.data).toMatchObject({ w: '4' })
  await expect(at.kube.delete(ref('a'), { uid: 'another' })).rejects.toMatchObject({ status: 409 })
  expect(await at.kube.delete(ref('a'))).toBe(true)
  expect(await at.kube.delete(ref('a'))).toBe(false)
})

test('tells a kind that is not served from an object that is not there', async () => {
  await using at = await running()
  const canaries = resourceKind({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' })
  await expect(at.kube.list(canaries)).rejects.toMatchObject({ status: 404 })
  const canary = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'a', name: 'b' }
  await expect(at.kube.get(canary)).rejects.toMatchObject({ reason: 'KindNotServed' })
})

test('follows metadata, and finds its way after all watches were dropped', async () => {
  await using at = await running()
  await at.kube.create(configMap('a', { secret: 'yes' }))
  const cache = createCache(at.deps)
  await cache.want(configMaps)
  expect(cache.get(ref('a'))).not.toHaveProperty('data')
  const heard = new Promise<string>((resolve) => {
    cache.onChange(({ name }, object) => {
      if (name === 'b' && object) resolve(name)
    })
  })
  at.server.dropWatches()
  await at.kube.create(configMap('b'))
  expect(await heard).toBe('b')
  await cache.stop()
}, 10_000)

test('elects a leader, and writes events that the server takes', async () => {
  await using at = await running()
  const started = Promise.withResolvers<void>()
  const election = electLeader({
    ...at.deps,
    namespace: 'default',
    name: 'leader',
    identity: 'me',
    onStarted: () => started.resolve(),
    onLost: () => {},
  })
  await started.promise
  const recorder = createEventRecorder(at.deps)
  const about = await at.kube.create(configMap('a'))
  recorder.event(about, 'Normal', 'hello')
  recorder.event(about, 'Warning', 'other')
  recorder.event(about, 'Normal', 'hello')
  await recorder.flush()
  await election.stop()
  const events = await at.kube.list(resourceKind({ apiVersion: 'v1', kind: 'Event' }))
  expect(events.items).toMatchObject([
    { message: 'hello', count: 2 },
    { message: 'other', count: 1 },
  ])
})

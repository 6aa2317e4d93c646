import { expect, test } from 'vitest'
import type { ApiServer } from '../../../../../src/sandbox/api/server.ts'
import { type Body, client, configMap, configMaps, server } from '../support.ts'

const named = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'default',
  name,
})

function make({ store }: ApiServer, name: string, metadata: Body = {}): Body {
  return store.create(configMap(name, {}, { namespace: 'default', ...metadata }))
}

const owner = ({ metadata }: Body) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: metadata.name,
  uid: metadata.uid,
})

test('answers a delete with a status that names what is gone', async () => {
  const started = await server()
  const { metadata } = make(started, 'a')
  const send = client(started)
  const { status, body } = await send('DELETE', `${configMaps}/a`)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    kind: 'Status',
    status: 'Success',
    details: { name: 'a', kind: 'configmaps', uid: metadata.uid },
  })
  expect((await send('DELETE', `${configMaps}/a`)).status).toBe(404)
})

test('deletes only what the preconditions name', async () => {
  const started = await server()
  const { metadata } = make(started, 'a')
  const send = client(started)
  const options = (preconditions: Body) => ({
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    preconditions,
  })
  const wrong = await send('DELETE', `${configMaps}/a`, options({ uid: 'other' }))
  expect([wrong.status, wrong.body.reason]).toEqual([409, 'Conflict'])
  const old = await send('DELETE', `${configMaps}/a`, options({ resourceVersion: '1' }))
  expect(old.status).toBe(409)
  const right = await send('DELETE', `${configMaps}/a`, options({ uid: metadata.uid }))
  expect(right.status).toBe(200)
})

test('holds an object until its last finalizer is gone', async () => {
  const started = await server()
  make(started, 'a', { finalizers: ['x.io/a', 'x.io/b'] })
  const send = client(started)
  const marked = await send('DELETE', `${configMaps}/a`)
  expect(marked.body.metadata).toMatchObject({
    deletionTimestamp: '2026-01-02T03:04:05Z',
    deletionGracePeriodSeconds: 0,
  })
  const added = await send('PATCH', `${configMaps}/a`, { metadata: { finalizers: ['x.io/c'] } })
  expect([added.status, added.body.message]).toEqual([
    422,
    'ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x.io/c"}',
  ])
  await send('PATCH', `${configMaps}/a`, { metadata: { finalizers: ['x.io/b'] } })
  expect((await send('GET', `${configMaps}/a`)).status).toBe(200)
  await send('PATCH', `${configMaps}/a`, { metadata: { finalizers: null } })
  expect((await send('GET', `${configMaps}/a`)).status).toBe(404)
})

test('collects what an owner leaves behind, at any depth', async () => {
  const started = await server()
  const parent = make(started, 'parent')
  const child = make(started, 'child', { ownerReferences: [owner(parent)] })
  make(started, 'grandchild', { ownerReferences: [owner(child)] })
  const other = make(started, 'other')
  make(started, 'shared', { ownerReferences: [owner(parent), owner(other)] })
  started.store.delete(named('parent'))
  const names = started.store.list<Body>(named('')).map(({ metadata }) => metadata.name)
  expect(names).toEqual(['other', 'shared'])
  expect(started.store.get(named('shared'))?.metadata.ownerReferences).toEqual([owner(other)])
})

test('answers a creation that was collected at once with the version from before its end', async () => {
  const { store } = await server()
  const before = Number(store.version())
  const ownerReferences = [owner({ metadata: { name: 'x', uid: 'gone' } })]
  const child = store.create(configMap('a', {}, { namespace: 'default', ownerReferences }))
  expect(store.get(named('a'))).toBeUndefined()
  expect(Number(child.metadata.resourceVersion)).toBe(before + 1)
  expect(Number(store.version())).toBe(before + 2)
})

test('collects at once what is created below an owner that does not exist', async () => {
  const started = await server()
  make(started, 'a', { ownerReferences: [{ ...owner({ metadata: { name: 'x', uid: 'gone' } }) }] })
  expect(started.store.get(named('a'))).toBeUndefined()
})

test('leaves dependents alone when they are to be orphaned', async () => {
  const started = await server()
  const parent = make(started, 'parent')
  make(started, 'child', { ownerReferences: [owner(parent)] })
  const send = client(started)
  await send('DELETE', `${configMaps}/parent?propagationPolicy=Orphan`)
  expect((await send('GET', `${configMaps}/parent`)).status).toBe(404)
  const { body } = await send('GET', `${configMaps}/child`)
  expect(body.metadata.ownerReferences).toBeUndefined()
})

test('keeps an owner in the foreground until its dependents are gone', async () => {
  const started = await server()
  const parent = make(started, 'parent')
  make(started, 'child', { ownerReferences: [owner(parent)], finalizers: ['x.io/a'] })
  const send = client(started)
  await send('DELETE', `${configMaps}/parent?propagationPolicy=Foreground`)
  const { body } = await send('GET', `${configMaps}/parent`)
  expect(body.metadata.finalizers).toEqual(['foregroundDeletion'])
  await send('PATCH', `${configMaps}/child`, { metadata: { finalizers: null } })
  expect((await send('GET', `${configMaps}/child`)).status).toBe(404)
  expect((await send('GET', `${configMaps}/parent`)).status).toBe(404)
})

test('deletes a collection by its labels', async () => {
  const started = await server()
  make(started, 'a', { labels: { on: '1' } })
  make(started, 'b')
  const send = client(started)
  const { body } = await send('DELETE', `${configMaps}?labelSelector=on`)
  expect(body.items).toHaveLength(1)
  expect((await send('GET', configMaps)).body.items).toHaveLength(1)
})

test('empties a namespace before it goes, and lets nothing new in', async () => {
  const started = await server()
  const send = client(started)
  await send('POST', '/api/v1/namespaces', { metadata: { name: 'test' } })
  const path = '/api/v1/namespaces/test/configmaps'
  await send('POST', path, configMap('free'))
  await send('POST', path, configMap('held', {}, { finalizers: ['x.io/a'] }))
  const { body } = await send('DELETE', '/api/v1/namespaces/test')
  expect(body.status.phase).toBe('Terminating')
  expect((await send('GET', `${path}/free`)).status).toBe(404)
  const late = await send('POST', path, configMap('late'))
  expect([late.status, late.body.reason]).toEqual([403, 'Forbidden'])
  await send('PATCH', `${path}/held`, { metadata: { finalizers: null } })
  expect((await send('GET', '/api/v1/namespaces/test')).status).toBe(404)
})

const pod: Body = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'default' },
  spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
}

test('lets pods on a node end gracefully where that is asked for', async () => {
  const started = await server({ gracefulPods: true })
  const send = client(started)
  const path = '/api/v1/namespaces/default/pods'
  await send('POST', path, pod)
  const { body } = await send('DELETE', `${path}/a`)
  expect(body.metadata).toMatchObject({
    deletionTimestamp: '2026-01-02T03:04:35Z',
    deletionGracePeriodSeconds: 30,
  })
  await send('DELETE', `${path}/a?gracePeriodSeconds=0`)
  expect((await send('GET', `${path}/a`)).status).toBe(404)
})

test('takes pods away at once otherwise', async () => {
  const send = client(await server())
  const path = '/api/v1/namespaces/default/pods'
  await send('POST', path, pod)
  await send('DELETE', `${path}/a`)
  expect((await send('GET', `${path}/a`)).status).toBe(404)
})

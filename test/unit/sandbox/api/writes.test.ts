import { expect, test } from 'vitest'
import {
  canaries,
  canaryCrd,
  client,
  configMap,
  configMaps,
  crds,
  deployment,
  deployments,
  server,
} from './support.ts'

test('creates an object and reads it back', async () => {
  const send = client(await server())
  const created = await send('POST', configMaps, configMap('a', { key: 'value' }))
  expect(created.status).toBe(201)
  expect(created.body.metadata).toMatchObject({
    name: 'a',
    namespace: 'default',
    creationTimestamp: '2026-01-02T03:04:05Z',
    resourceVersion: expect.stringMatching(/^\d+$/),
    uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  const read = await send('GET', `${configMaps}/a`)
  expect(read.body).toEqual(created.body)
})

test('makes up a name from generateName', async () => {
  const send = client(await server())
  const { body } = await send('POST', configMaps, { metadata: { generateName: 'a-' } })
  expect(body.metadata.name).toMatch(/^a-[a-z0-9]{5}$/)
})

test('answers as the real server does for what is missing, double or in no namespace', async () => {
  const send = client(await server())
  const missing = await send('GET', `${deployments}/a`)
  expect(missing.status).toBe(404)
  expect(missing.body).toMatchObject({
    kind: 'Status',
    reason: 'NotFound',
    message: 'deployments.apps "a" not found',
    details: { name: 'a', group: 'apps', kind: 'deployments' },
  })
  await send('POST', configMaps, configMap('a'))
  const double = await send('POST', configMaps, configMap('a'))
  expect([double.status, double.body.reason]).toEqual([409, 'AlreadyExists'])
  expect(double.body.message).toBe('configmaps "a" already exists')
  const nowhere = await send('POST', '/api/v1/namespaces/nowhere/configmaps', configMap('a'))
  expect([nowhere.status, nowhere.body.message]).toEqual([404, 'namespaces "nowhere" not found'])
  const unknown = await send('GET', '/apis/none.example/v1/things')
  expect(unknown.body.message).toBe('the server could not find the requested resource')
})

test('refuses a write that is based on an older version', async () => {
  const send = client(await server())
  const { body: first } = await send('POST', configMaps, configMap('a', { n: '1' }))
  await send('PUT', `${configMaps}/a`, { ...first, data: { n: '2' } })
  const late = await send('PUT', `${configMaps}/a`, { ...first, data: { n: '3' } })
  expect(late.status).toBe(409)
  expect(late.body.message).toBe(
    'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  )
  const { resourceVersion } = first.metadata
  const patched = await send('PATCH', `${configMaps}/a`, { metadata: { resourceVersion } })
  expect(patched.status).toBe(409)
  const { uid: _, resourceVersion: __, ...metadata } = first.metadata
  const other = { ...first, metadata: { ...metadata, uid: 'another' } }
  const wrongUid = await send('PUT', `${configMaps}/a`, other)
  expect(wrongUid.status).toBe(409)
  expect(wrongUid.body.message).toContain('Precondition failed: UID in precondition: another')
})

test('keeps the version when a write changes nothing', async () => {
  const send = client(await server())
  const { body: first } = await send('POST', configMaps, configMap('a', { n: '1' }))
  const again = await send('PUT', `${configMaps}/a`, first)
  expect(again.body).toEqual(first)
  const patched = await send('PATCH', `${configMaps}/a`, { data: { n: '1' } })
  expect(patched.body.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
})

test('counts generations of the spec, and writes the status apart', async () => {
  const send = client(await server())
  const { body: created } = await send('POST', deployments, {
    ...deployment('a'),
    status: { replicas: 7 },
  })
  expect(created.metadata.generation).toBe(1)
  expect(created.status).toEqual({})
  const labelled = await send('PATCH', `${deployments}/a`, { metadata: { labels: { a: 'b' } } })
  expect(labelled.body.metadata.generation).toBe(1)
  const scaled = await send('PATCH', `${deployments}/a`, {
    spec: { replicas: 3 },
    status: { replicas: 3 },
  })
  expect(scaled.body.metadata.generation).toBe(2)
  expect(scaled.body.status).toEqual({})
  const reported = await send('PATCH', `${deployments}/a/status`, {
    spec: { replicas: 9 },
    status: { replicas: 3 },
  })
  expect(reported.body).toMatchObject({
    metadata: { generation: 2 },
    spec: { replicas: 3 },
    status: { replicas: 3 },
  })
})

test('keeps status and spec of a custom resource apart', async () => {
  const send = client(await server())
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  expect((await send('POST', crds, canaryCrd(open))).status).toBe(201)
  const { body: created } = await send('POST', canaries, {
    apiVersion: 'test.example/v1',
    kind: 'Canary',
    metadata: { name: 'a' },
    spec: { weight: 1 },
    status: { phase: 'Early' },
  })
  expect(created.status).toBeUndefined()
  const reported = await send('PUT', `${canaries}/a/status`, {
    ...created,
    metadata: { ...created.metadata, labels: { no: 'no' } },
    spec: { weight: 2 },
    status: { phase: 'Done' },
  })
  expect(reported.body).toMatchObject({ spec: { weight: 1 }, status: { phase: 'Done' } })
  expect(reported.body.metadata.labels).toBeUndefined()
  expect(reported.body.metadata.generation).toBe(1)
  const changed = await send('PATCH', `${canaries}/a`, { spec: { weight: 3 }, status: null })
  expect(changed.body).toMatchObject({ metadata: { generation: 2 }, status: { phase: 'Done' } })
  const { resourceVersion: _, ...metadata } = changed.body.metadata
  const blind = await send('PUT', `${canaries}/a`, { ...changed.body, metadata })
  expect(blind.status).toBe(422)
  expect(blind.body.message).toContain('must be specified for an update')
})

test('scales through the scale subresource', async () => {
  const send = client(await server())
  await send('POST', deployments, deployment('a', { replicas: 2 }))
  const { body: scale } = await send('GET', `${deployments}/a/scale`)
  expect(scale).toMatchObject({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    spec: { replicas: 2 },
    status: { selector: 'app=a' },
  })
  await send('PATCH', `${deployments}/a/scale`, { spec: { replicas: 5 } })
  expect((await send('GET', `${deployments}/a`)).body.spec.replicas).toBe(5)
  await send('PUT', `${deployments}/a/scale`, { metadata: { name: 'a' }, spec: { replicas: 0 } })
  expect((await send('GET', `${deployments}/a`)).body.spec.replicas).toBe(0)
})

test('writes nothing in a dry run', async () => {
  const { store, ...rest } = await server()
  const send = client({ store, ...rest })
  const version = store.version()
  const created = await send('POST', `${configMaps}?dryRun=All`, configMap('a'))
  expect(created.status).toBe(201)
  expect((await send('GET', `${configMaps}/a`)).status).toBe(404)
  expect(store.version()).toBe(version)
})

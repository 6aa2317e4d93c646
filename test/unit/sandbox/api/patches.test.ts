import { expect, test } from 'vitest'
import {
  type Body,
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

test('merges, replaces and removes by JSON merge patch', async () => {
  const send = client(await server())
  await send('POST', configMaps, configMap('a', { keep: '1', drop: '1', change: '1' }))
  const { body } = await send('PATCH', `${configMaps}/a`, { data: { drop: null, change: '2' } })
  expect(body.data).toEqual({ keep: '1', change: '2' })
})

test('runs the operations of a JSON patch in order, all or none', async () => {
  const send = client(await server())
  await send('POST', configMaps, {
    ...configMap('a'),
    metadata: { name: 'a', annotations: { 'x/y': '1' } },
  })
  const operations = [
    { op: 'test', path: '/metadata/annotations/x~1y', value: '1' },
    { op: 'add', path: '/data/b', value: '2' },
    { op: 'copy', from: '/data/b', path: '/data/c' },
    { op: 'move', from: '/data/b', path: '/data/d' },
    { op: 'replace', path: '/metadata/annotations/x~1y', value: '3' },
    { op: 'add', path: '/metadata/finalizers', value: ['test.example/a'] },
    { op: 'add', path: '/metadata/finalizers/-', value: 'test.example/b' },
    { op: 'remove', path: '/metadata/finalizers/0' },
  ]
  const { body } = await send('PATCH', `${configMaps}/a`, operations, { patch: 'json' })
  expect(body.metadata.annotations).toEqual({ 'x/y': '3' })
  expect(body.data).toEqual({ c: '2', d: '2' })
  expect(body.metadata.finalizers).toEqual(['test.example/b'])
  const failed = await send(
    'PATCH',
    `${configMaps}/a`,
    [{ op: 'test', path: '/data/c', value: '9' }],
    { patch: 'json' },
  )
  expect(failed.status).toBe(422)
  const gone = await send('PATCH', `${configMaps}/a`, [{ op: 'remove', path: '/data/none' }], {
    patch: 'json',
  })
  expect(gone.status).toBe(422)
})

const two: Body = {
  template: {
    metadata: { labels: { app: 'a' } },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'app:1',
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
        { name: 'side', image: 'side:1' },
      ],
    },
  },
}

test('merges lists by their keys in a strategic patch', async () => {
  const send = client(await server())
  await send('POST', deployments, deployment('a', two))
  const containers = [
    {
      name: 'app',
      image: 'app:2',
      env: [
        { name: 'B', value: '3' },
        { name: 'A', $patch: 'delete' },
      ],
    },
    { name: 'side', $patch: 'delete' },
    { name: 'new', image: 'new:1' },
  ]
  const patch = {
    spec: { template: { spec: { '$setElementOrder/containers': [{ name: 'app' }], containers } } },
  }
  const { body } = await send('PATCH', `${deployments}/a`, patch, { patch: 'strategic' })
  const found = body.spec.template.spec.containers
  expect(found.map(({ name, image }: Body) => [name, image])).toEqual([
    ['app', 'app:2'],
    ['new', 'new:1'],
  ])
  expect(found[0].env).toEqual([{ name: 'B', value: '3' }])
})

test('replaces what a strategic patch says to replace', async () => {
  const send = client(await server())
  await send('POST', deployments, deployment('a'))
  const patch = { spec: { strategy: { $patch: 'replace', type: 'Recreate' } } }
  const { body } = await send('PATCH', `${deployments}/a`, patch, { patch: 'strategic' })
  expect(body.spec.strategy).toEqual({ type: 'Recreate' })
  const retained = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }
  const again = await send('PATCH', `${deployments}/a`, retained, { patch: 'strategic' })
  expect(again.body.spec.strategy).toEqual({ type: 'Recreate' })
})

test('adds to and deletes from lists of plain values in a strategic patch', async () => {
  const send = client(await server())
  await send('POST', configMaps, configMap('a', {}, { finalizers: ['x.io/a', 'x.io/b'] }))
  const patch = {
    metadata: { '$deleteFromPrimitiveList/finalizers': ['x.io/a'], finalizers: ['x.io/c'] },
  }
  const { body } = await send('PATCH', `${configMaps}/a`, patch, { patch: 'strategic' })
  expect(body.metadata.finalizers).toEqual(['x.io/b', 'x.io/c'])
})

test('knows no strategic patch of custom resources', async () => {
  const send = client(await server())
  await send('POST', crds, canaryCrd())
  await send('POST', canaries, { metadata: { name: 'a' } })
  const { status, body } = await send('PATCH', `${canaries}/a`, {}, { patch: 'strategic' })
  expect([status, body.reason]).toEqual([415, 'UnsupportedMediaType'])
})

const applied = (data: Body): Body => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a' },
  data,
})
const as = (manager: string, more = '') => `${configMaps}/a?fieldManager=${manager}${more}`

test('creates, changes and gives up fields by server-side apply', async () => {
  const send = client(await server())
  const created = await send('PATCH', as('one'), applied({ a: '1', b: '1' }), { patch: 'apply' })
  expect(created.status).toBe(201)
  expect(created.body.metadata.managedFields).toEqual([
    {
      manager: 'one',
      operation: 'Apply',
      apiVersion: 'v1',
      time: '2026-01-02T03:04:05Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } },
    },
  ])
  const changed = await send('PATCH', as('one'), applied({ a: '2' }), { patch: 'apply' })
  expect([changed.status, changed.body.data]).toEqual([200, { a: '2' }])
  const again = await send('PATCH', as('one'), applied({ a: '2' }), { patch: 'apply' })
  expect(again.body.metadata.resourceVersion).toBe(changed.body.metadata.resourceVersion)
})

test('lets nobody take a field from another manager without force', async () => {
  const send = client(await server())
  await send('PATCH', as('one'), applied({ a: '1', b: '1' }), { patch: 'apply' })
  const refused = await send('PATCH', as('two'), applied({ a: '2' }), { patch: 'apply' })
  expect(refused.status).toBe(409)
  expect(refused.body.message).toBe('Apply failed with 1 conflict: conflict with "one": .data.a')
  expect(refused.body.details.causes).toEqual([
    { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' },
  ])
  const shared = await send('PATCH', as('two'), applied({ b: '1' }), { patch: 'apply' })
  expect(shared.status).toBe(200)
  const forced = await send('PATCH', as('two', '&force=true'), applied({ a: '2' }), {
    patch: 'apply',
  })
  expect(forced.body.data).toEqual({ a: '2', b: '1' })
  const owner = forced.body.metadata.managedFields.find(({ manager }: Body) => manager === 'one')
  expect(owner.fieldsV1).toEqual({ 'f:data': { 'f:b': {} } })
})

test('merges keyed lists by server-side apply, and removes the items given up', async () => {
  const send = client(await server())
  await send('POST', deployments, deployment('a', { template: undefined, ...two }))
  const config = (env: Body[]): Body => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: { template: { spec: { containers: [{ name: 'app', env }] } } },
  })
  const path = `${deployments}/a?fieldManager=me`
  const first = await send('PATCH', path, config([{ name: 'C', value: '3' }]), { patch: 'apply' })
  const envOf = ({ body }: Body) =>
    body.spec.template.spec.containers[0].env.map(({ name }: Body) => name)
  expect(envOf(first)).toEqual(['A', 'B', 'C'])
  const second = await send('PATCH', path, config([]), { patch: 'apply' })
  expect(envOf(second)).toEqual(['A', 'B'])
  expect(second.body.spec.template.spec.containers).toHaveLength(2)
})

test('records who changed which fields', async () => {
  const send = client(await server())
  await send('POST', `${configMaps}?fieldManager=maker`, configMap('a', { a: '1', b: '1' }))
  await send('PATCH', `${configMaps}/a?fieldManager=editor`, { data: { b: '2' } })
  const { body } = await send('GET', `${configMaps}/a`)
  const owned = body.metadata.managedFields.map(({ manager, fieldsV1 }: Body) => [
    manager,
    fieldsV1,
  ])
  expect(owned).toEqual([
    ['maker', { 'f:data': { 'f:a': {} } }],
    ['editor', { 'f:data': { 'f:b': {} } }],
  ])
})

test('applies the status apart from the rest', async () => {
  const send = client(await server())
  await send('POST', crds, canaryCrd({ type: 'object', properties: { a: { type: 'integer' } } }))
  const config = (more: Body): Body => ({
    apiVersion: 'test.example/v1',
    kind: 'Canary',
    metadata: { name: 'x' },
    ...more,
  })
  const both = config({ spec: { a: 1 }, status: { phase: 'Done' } })
  const first = await send('PATCH', `${canaries}/x?fieldManager=one`, both, { patch: 'apply' })
  expect(first.body.status).toBeUndefined()
  const path = `${canaries}/x/status?fieldManager=two`
  const { body } = await send('PATCH', path, { ...both, spec: { a: 2 } }, { patch: 'apply' })
  expect(body).toMatchObject({ spec: { a: 1 }, status: { phase: 'Done' } })
  expect(body.metadata.managedFields).toMatchObject([
    { manager: 'one', fieldsV1: { 'f:spec': { 'f:a': {} } } },
    { manager: 'two', subresource: 'status', fieldsV1: { 'f:status': { 'f:phase': {} } } },
  ])
})

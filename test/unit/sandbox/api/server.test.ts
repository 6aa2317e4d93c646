import { expect, test } from 'vitest'
import { parse } from 'yaml'
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
  watch,
} from './support.ts'

test('counts requests, and keeps the latest', async () => {
  const started = await server({ requestLogSize: 2 })
  const send = client(started)
  await send('GET', configMaps)
  await send('POST', deployments, deployment('a'))
  await send('PATCH', `${deployments}/a/status`, { status: { replicas: 1 } })
  await send('GET', '/version')
  expect(started.requests.counts()).toEqual({
    'list configmaps': 1,
    'create deployments.apps': 1,
    'patch deployments.apps/status': 1,
    'get /version': 1,
  })
  expect(started.requests.log().map(({ verb }) => verb)).toEqual(['patch', 'get'])
  expect(started.requests.log()[0]).toMatchObject({
    name: 'a',
    namespace: 'default',
    body: { status: { replicas: 1 } },
  })
  started.requests.reset()
  expect(started.requests.total()).toBe(0)
})

test('fails requests as a test wants it, until the rule is taken away', async () => {
  const started = await server()
  const send = client(started)
  const end = started.fault(({ verb }) =>
    verb === 'create'
      ? { status: 429, reason: 'TooManyRequests', message: 'slow down', retryAfter: 3 }
      : undefined,
  )
  const { status, headers, body } = await send('POST', configMaps, configMap('a'))
  expect([status, headers.get('retry-after')]).toEqual([429, '3'])
  expect(body).toMatchObject({ kind: 'Status', reason: 'TooManyRequests', message: 'slow down' })
  expect((await send('GET', configMaps)).body.items).toHaveLength(0)
  end()
  expect((await send('POST', configMaps, configMap('a'))).status).toBe(201)
  started.fault(() => ({ closeConnection: true }))
  await expect(send('GET', configMaps)).rejects.toThrow()
})

test('ends every watch when told', async () => {
  const started = await server()
  const events = watch(started, `${configMaps}?watch=true`)
  started.store.create(configMap('a', {}, { namespace: 'default' }))
  await events.next()
  started.dropWatches()
  expect((await events.next()).done).toBe(true)
})

test('refuses bodies that are no objects', async () => {
  const { url } = await server()
  const broken = await fetch(url + configMaps, {
    method: 'POST',
    body: '{',
    headers: { 'content-type': 'application/json' },
  })
  expect(broken.status).toBe(400)
  const yaml = await fetch(url + configMaps, {
    method: 'POST',
    body: 'metadata: {name: a}',
    headers: { 'content-type': 'application/yaml', accept: 'application/yaml' },
  })
  expect(parse(await yaml.text())).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'a' } })
  const kind = await fetch(url + configMaps, {
    method: 'POST',
    body: '{"kind":"Secret","metadata":{"name":"a"}}',
    headers: { 'content-type': 'application/json' },
  })
  expect(kind.status).toBe(400)
  const odd = await fetch(url + configMaps, {
    headers: { accept: 'application/vnd.kubernetes.protobuf' },
  })
  expect(odd.status).toBe(406)
  const fallback = await fetch(url + configMaps, {
    headers: { accept: 'application/vnd.kubernetes.protobuf, application/json' },
  })
  expect(fallback.headers.get('content-type')).toBe('application/json')
})

test('tells what it serves', async () => {
  const send = client(await server())
  expect((await send('GET', '/version')).body.gitVersion).toMatch(/^v1\.36\./)
  expect((await send('GET', '/readyz')).body).toBe('ok')
  expect((await send('GET', '/api')).body.versions).toEqual(['v1'])
  const { body: groups } = await send('GET', '/apis')
  expect(groups.groups.map(({ name }: Body) => name)).toContain('apps')
  expect((await send('GET', '/apis/apps')).body).toMatchObject({ kind: 'APIGroup', name: 'apps' })
  const { body: core } = await send('GET', '/api/v1')
  expect(core.resources).toContainEqual(
    expect.objectContaining({ name: 'pods', shortNames: ['po'] }),
  )
  const accept =
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'
  const aggregated = await send('GET', '/apis', undefined, { headers: { accept } })
  expect(aggregated.headers.get('content-type')).toContain('as=APIGroupDiscoveryList')
  expect(aggregated.body.items[0].versions[0].resources[0]).toMatchObject({ scope: 'Namespaced' })
  const { body: index } = await send('GET', '/openapi/v3')
  expect(Object.keys(index.paths)).toContain('apis/apps/v1')
  const { body: apps } = await send('GET', '/openapi/v3/apis/apps/v1')
  expect(
    apps.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'].patch.parameters,
  ).toContainEqual(expect.objectContaining({ name: 'fieldValidation' }))
})

const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io'

test('prints custom resources by the columns of their definition', async () => {
  const send = client(await server())
  const additionalPrinterColumns = [
    { name: 'Status', type: 'string', jsonPath: '.status.phase' },
    { name: 'Weight', type: 'string', jsonPath: '.status.canaryWeight' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Since', type: 'date', jsonPath: '.status.since', priority: 1 },
  ]
  await send('POST', crds, canaryCrd(undefined, { additionalPrinterColumns }))
  await send('POST', canaries, { metadata: { name: 'a' } })
  const conditions = [
    { type: 'Other', status: 'False' },
    { type: 'Ready', status: 'True' },
  ]
  const since = '2026-01-02T02:00:00Z'
  await send('PATCH', `${canaries}/a/status`, {
    status: { phase: 'Progressing', canaryWeight: 5, conditions, since },
  })
  const { body } = await send('GET', canaries, undefined, { headers: { accept } })
  expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' })
  expect(body.columnDefinitions.map(({ name }: Body) => name)).toEqual([
    'Name',
    'Status',
    'Weight',
    'Ready',
    'Since',
  ])
  expect(body.rows[0].cells).toEqual(['a', 'Progressing', '5', 'True', '64m'])
  expect(body.rows[0].object.kind).toBe('PartialObjectMetadata')
})

test('prints built-in kinds as kubectl knows them', async () => {
  const send = client(await server())
  await send('POST', deployments, deployment('a', { replicas: 2 }))
  await send('PATCH', `${deployments}/a/status`, {
    status: { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 },
  })
  const { body } = await send('GET', `${deployments}/a?includeObject=None`, undefined, {
    headers: { accept },
  })
  expect(body.rows).toEqual([
    { cells: ['a', '1/2', 2, 1, '0s', 'app', 'podinfo:6.0.0', 'app=a'], object: null },
  ])
})

test('streams tables whose headings come once', async () => {
  const started = await server()
  for (const name of ['a', 'b']) started.store.create(configMap(name, {}, { namespace: 'default' }))
  const answer = await fetch(`${started.url}${configMaps}?watch=true&timeoutSeconds=0.05`, {
    headers: { accept },
  })
  const events = (await answer.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(
    events.map(({ object }) => [object.columnDefinitions.length, object.rows[0].cells[0]]),
  ).toEqual([
    [3, 'a'],
    [0, 'b'],
  ])
})

const tokens = {
  root: { name: 'root', groups: ['system:masters'] },
  bob: { name: 'bob' },
  agent: { name: 'system:serviceaccount:default:agent' },
}

test('knows users by their tokens', async () => {
  const started = await server({ tokens })
  const send = client(started)
  const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
  expect((await send('GET', configMaps, undefined, as('nobody'))).status).toBe(401)
  expect((await send('GET', configMaps, undefined, as('bob'))).status).toBe(200)
  const who = await send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, as('bob'))
  expect(who.body.status.userInfo).toEqual({ username: 'bob', groups: ['system:authenticated'] })
  expect(parse(started.kubeconfig).users[0].user.token).toBe('root')
  expect(parse(started.kubeconfigFor('bob')).users[0].user.token).toBe('bob')
})

test('lets roles decide where that is switched on', async () => {
  const started = await server({ tokens, rbac: true })
  const send = client(started)
  const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
  const refused = await send('GET', configMaps, undefined, as('agent'))
  expect([refused.status, refused.body.message]).toEqual([
    403,
    'configmaps is forbidden: User "system:serviceaccount:default:agent" cannot list resource "configmaps" in API group "" in the namespace "default"',
  ])
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default'
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'get'] }]
  await send('POST', `${rbac}/roles`, { metadata: { name: 'reader' }, rules }, as('root'))
  await send(
    'POST',
    `${rbac}/rolebindings`,
    {
      metadata: { name: 'agent' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'agent', namespace: 'default' }],
    },
    as('root'),
  )
  expect((await send('GET', configMaps, undefined, as('agent'))).status).toBe(200)
  expect((await send('POST', configMaps, configMap('a'), as('agent'))).status).toBe(403)
  expect((await send('GET', '/api/v1/configmaps', undefined, as('agent'))).status).toBe(403)
  expect((await send('GET', '/apis', undefined, as('agent'))).status).toBe(200)
  const ask = async (verb: string) => {
    const resourceAttributes = { namespace: 'default', verb, resource: 'configmaps' }
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    return (await send('POST', path, { spec: { resourceAttributes } }, as('agent'))).body.status
      .allowed
  }
  expect([await ask('list'), await ask('delete')]).toEqual([true, false])
})

test('tells in-process listeners of every change, in order', async () => {
  const { store } = await server()
  const seen: string[] = []
  const end = store.watch(({ type, object, previous }) => {
    seen.push(`${type} ${object.metadata.name} ${previous ? 'before' : 'new'}`)
    if (type === 'ADDED' && object.metadata.name === 'a')
      store.create(configMap('b', {}, { namespace: 'default' }))
  })
  store.create(configMap('a', {}, { namespace: 'default' }))
  store.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' })
  end()
  store.create(configMap('c', {}, { namespace: 'default' }))
  expect(seen).toEqual(['ADDED a new', 'ADDED b new', 'DELETED a before'])
})

test('hands out objects that cannot be changed by accident', async () => {
  const { store } = await server()
  const made = store.create(configMap('a', { a: '1' }, { namespace: 'default' }))
  expect(() => {
    made.data.a = '2'
  }).toThrow(TypeError)
})

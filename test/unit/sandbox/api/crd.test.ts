import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Body, canaries, canaryCrd, client, crds, server } from './support.ts'

const spec = {
  type: 'object',
  required: ['target'],
  properties: {
    target: { type: 'string', minLength: 2, maxLength: 10 },
    mode: { type: 'string', enum: ['a', 'b'] },
    interval: { type: 'string', pattern: '^[0-9]+(m|s)' },
    weight: { type: 'integer', minimum: 0, maximum: 100, default: 5 },
    port: { 'x-kubernetes-int-or-string': true },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    steps: { type: 'array', maxItems: 2, items: { type: 'integer' } },
    match: {
      type: 'object',
      properties: { exact: { type: 'string' }, prefix: { type: 'string' } },
      oneOf: [{ required: ['exact'] }, { required: ['prefix'] }],
    },
    nested: {
      type: 'object',
      default: {},
      properties: { kind: { type: 'string', default: 'Service' } },
    },
  },
}

async function withCrd() {
  const send = client(await server())
  expect((await send('POST', crds, canaryCrd(spec))).status).toBe(201)
  return send
}

const canary = (given: Body): Body => ({
  apiVersion: 'test.example/v1',
  kind: 'Canary',
  metadata: { name: 'x' },
  spec: { target: 'app', ...given },
})

test('serves a kind as soon as its definition exists, and no longer than that', async () => {
  const send = client(await server())
  expect((await send('GET', canaries)).status).toBe(404)
  const { body: created } = await send('POST', crds, canaryCrd())
  expect(created.status.conditions).toContainEqual(
    expect.objectContaining({ type: 'Established', status: 'True' }),
  )
  expect((await send('GET', canaries)).body).toMatchObject({ kind: 'CanaryList', items: [] })
  const discovered = await send('GET', '/apis/test.example/v1')
  expect(discovered.body.resources.map(({ name }: Body) => name)).toEqual([
    'canaries',
    'canaries/status',
  ])
  await send('POST', canaries, canary({}))
  await send('DELETE', `${crds}/canaries.test.example`)
  expect((await send('GET', canaries)).status).toBe(404)
  await send('POST', crds, canaryCrd())
  expect((await send('GET', canaries)).body.items).toEqual([])
})

test('fills in defaults and prunes what the schema does not list', async () => {
  const send = await withCrd()
  const { body, headers } = await send('POST', canaries, canary({ weigth: 3, free: { any: [1] } }))
  expect(body.spec).toEqual({
    target: 'app',
    weight: 5,
    nested: { kind: 'Service' },
    free: { any: [1] },
  })
  expect(headers.get('warning')).toBe('299 - "unknown field \\"spec.weigth\\""')
})

test('refuses unknown fields under strict validation', async () => {
  const send = await withCrd()
  const { status, body } = await send(
    'POST',
    `${canaries}?fieldValidation=Strict`,
    canary({ weigth: 3 }),
  )
  expect(status).toBe(400)
  expect(body.message).toBe(
    'Canary in version "v1" cannot be handled as a Canary: strict decoding error: unknown field "spec.weigth"',
  )
})

const prefix = 'Canary.test.example "x" is invalid: '

test.each([
  [{ target: undefined }, 'spec.target: Required value'],
  [
    { target: 'a' },
    'spec.target: Invalid value: "a": spec.target in body should be at least 2 chars long',
  ],
  [{ target: 'abcdefghijk' }, 'spec.target: Too long: may not be more than 10 bytes'],
  [{ mode: 'c' }, 'spec.mode: Unsupported value: "c": supported values: "a", "b"'],
  [
    { interval: 'x' },
    'spec.interval: Invalid value: "x": spec.interval in body should match \'^[0-9]+(m|s)\'',
  ],
  [
    { weight: 101 },
    'spec.weight: Invalid value: 101: spec.weight in body should be less than or equal to 100',
  ],
  [
    { weight: -1 },
    'spec.weight: Invalid value: -1: spec.weight in body should be greater than or equal to 0',
  ],
  [
    { weight: 'a' },
    'spec.weight: Invalid value: "string": spec.weight in body must be of type integer: "string"',
  ],
  [
    { weight: 1.5 },
    'spec.weight: Invalid value: "number": spec.weight in body must be of type integer: "number"',
  ],
  [
    { port: true },
    'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
  ],
  [
    { labels: { a: 1 } },
    'spec.labels.a: Invalid value: "integer": spec.labels.a in body must be of type string: "integer"',
  ],
  [{ steps: [1, 2, 3] }, 'spec.steps: Too many: 3: must have at most 2 items'],
  [
    { steps: ['a'] },
    'spec.steps[0]: Invalid value: "string": spec.steps[0] in body must be of type integer: "string"',
  ],
  [
    { match: { exact: 'a', prefix: 'b' } },
    'spec.match: Invalid value: "": "spec.match" must validate one and only one schema (oneOf). Found 2 valid alternatives',
  ],
])('refuses %j with the words of the real server', async (given, message) => {
  const send = await withCrd()
  const { status, body } = await send('POST', canaries, canary(given))
  expect([status, body.reason, body.message]).toEqual([422, 'Invalid', prefix + message])
})

test('says what the nearest of several alternatives lacks', async () => {
  const send = await withCrd()
  const { body } = await send('POST', canaries, canary({ match: {} }))
  expect(body.message).toBe(
    `${prefix}[spec.match: Invalid value: "": "spec.match" must validate one and only one schema (oneOf). Found none valid, spec.match.exact: Required value]`,
  )
})

test('names every broken rule at once', async () => {
  const send = await withCrd()
  const { body } = await send('POST', canaries, canary({ mode: 'c', weight: 101 }))
  expect(body.message).toMatch(
    /^Canary\.test\.example "x" is invalid: \[spec\.mode: .*, spec\.weight: .*\]$/,
  )
  expect(body.details.causes).toHaveLength(2)
  expect(body.details.causes[0]).toMatchObject({
    reason: 'FieldValueNotSupported',
    field: 'spec.mode',
  })
})

test('checks the rules written in the expression language', async () => {
  const send = client(await server())
  const rules = {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
    'x-kubernetes-validations': [
      { rule: "self.kind != 'Service' || has(self.port)", message: 'must have a port' },
      { rule: 'self.kind == oldSelf.kind', message: 'kind is immutable' },
    ],
  }
  await send('POST', crds, canaryCrd(rules))
  const bad = await send('POST', canaries, canary({ kind: 'Service' }))
  expect(bad.body.message).toBe(`${prefix}spec: Invalid value: "object": must have a port`)
  expect((await send('POST', canaries, canary({ kind: 'Service', port: 1 }))).status).toBe(201)
  const changed = await send('PATCH', `${canaries}/x`, { spec: { kind: 'Other' } })
  expect(changed.body.message).toContain('kind is immutable')
})

test('refuses a definition whose name is not made of its plural and group', async () => {
  const send = client(await server())
  const { status, body } = await send('POST', crds, {
    ...canaryCrd(),
    metadata: { name: 'wrong.test.example' },
  })
  expect(status).toBe(422)
  expect(body.message).toContain('must be spec.names.plural+"."+spec.group')
})

test('takes the definitions of this project', async () => {
  const send = client(await server())
  const files = ['canary', 'metrictemplate', 'alertprovider'].map((name) =>
    readFileSync(new URL(`../../../../crds/${name}.yaml`, import.meta.url), 'utf8'),
  )
  for (const file of files) expect((await send('POST', crds, parse(file))).status).toBe(201)
  const path = '/apis/flagger.app/v1beta1/namespaces/default/canaries'
  const given = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 80 },
      analysis: { interval: '1m', threshold: 5, maxWeight: 50, stepWeight: 10 },
    },
  }
  expect((await send('POST', `${path}?fieldValidation=Strict`, given)).status).toBe(201)
  const bad = {
    ...given,
    metadata: { name: 'bad' },
    spec: { ...given.spec, analysis: { interval: '1x' } },
  }
  const { status, body } = await send('POST', path, bad)
  expect(status).toBe(422)
  expect(body.message).toContain(
    'spec.analysis.interval: Invalid value: "1x": spec.analysis.interval in body should match',
  )
})

test('serves every version of a kind from one storage', async () => {
  const send = client(await server())
  const crd = canaryCrd({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true })
  const [first] = crd.spec.versions
  const versions = [
    first,
    { ...first, name: 'v1beta1', storage: false },
    { ...first, name: 'v1alpha1', storage: false, served: false },
  ]
  await send('POST', crds, { ...crd, spec: { ...crd.spec, versions } })
  const beta = canaries.replace('/v1/', '/v1beta1/')
  const made = { ...canary({}), apiVersion: 'test.example/v1beta1' }
  expect((await send('POST', beta, made)).body.apiVersion).toBe('test.example/v1beta1')
  const { body } = await send('GET', `${canaries}/x`)
  expect(body.apiVersion).toBe('test.example/v1')
  const changed = await send('PUT', `${canaries}/x`, { ...body, spec: { target: 'other' } })
  expect(changed.body.metadata.generation).toBe(2)
  expect((await send('GET', beta)).body.items[0]).toMatchObject({
    apiVersion: 'test.example/v1beta1',
    spec: { target: 'other' },
  })
  expect((await send('GET', canaries.replace('/v1/', '/v1alpha1/'))).status).toBe(404)
  expect((await send('GET', '/apis/test.example')).body.preferredVersion.version).toBe('v1')
})

test('scales custom resources along the paths of their definition', async () => {
  const send = client(await server())
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  const scale = {
    specReplicasPath: '.spec.size',
    statusReplicasPath: '.status.size',
    labelSelectorPath: '.status.selector',
  }
  await send('POST', crds, canaryCrd(open, { subresources: { status: {}, scale } }))
  await send('POST', canaries, canary({ size: 1 }))
  await send('PATCH', `${canaries}/x/status`, { status: { size: 1, selector: 'a=b' } })
  const { body } = await send('PATCH', `${canaries}/x/scale`, { spec: { replicas: 4 } })
  expect(body).toMatchObject({
    kind: 'Scale',
    spec: { replicas: 4 },
    status: { replicas: 1, selector: 'a=b' },
  })
  expect((await send('GET', `${canaries}/x`)).body.spec.size).toBe(4)
})

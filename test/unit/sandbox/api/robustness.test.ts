import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ApiError } from '../../../../src/sandbox/api/api-error.ts'
import type { PatchType } from '../../../../src/sandbox/api/writing/request.ts'
import { type Body, configMap, deployment, server } from './support.ts'

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' }
const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Body>

/** Runs a request that may be refused, and only refused. */
function refusable(request: () => unknown): void {
  try {
    request()
  } catch (error) {
    expect(error).toBeInstanceOf(ApiError)
  }
}

const fields = ['metadata', 'spec', 'status', 'data', 'type', 'rules', 'subjects', 'stringData']
const below = [
  'selector',
  'template',
  'ports',
  'metrics',
  'rules',
  'versions',
  'names',
  'containers',
]
const metadata = ['labels', 'annotations', 'ownerReferences', 'finalizers', 'managedFields', 'uid']

const bodies = fc.record({
  metadata: fc.dictionary(fc.constantFrom(...metadata), json),
  spec: fc.oneof(json, fc.dictionary(fc.constantFrom(...below), json)),
  rest: fc.dictionary(fc.constantFrom(...fields), json),
})

const kinds = [
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['v1', 'Pod'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'DaemonSet'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['networking.k8s.io/v1', 'Ingress'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
] as const

test.each(kinds)('no body of a %s %s breaks the server', async (apiVersion, kind) => {
  const { store } = await server()
  const options = { dryRun: true }
  fc.assert(
    fc.property(bodies, (given) => {
      const own = { ...given.metadata, name: 'a', namespace: 'default' }
      const body: Body = { spec: given.spec, ...given.rest, apiVersion, kind, metadata: own }
      refusable(() => store.create(body, options))
    }),
  )
})

test.each<PatchType>(['merge', 'strategic', 'json', 'apply'])(
  'no %s patch breaks the server',
  async (type) => {
    const { store } = await server()
    store.create(configMap('a', { n: '1' }, { namespace: 'default' }))
    store.create({ ...deployment('a'), metadata: { name: 'a', namespace: 'default' } })
    const target = { ...ref, apiVersion: 'apps/v1', kind: 'Deployment' }
    fc.assert(
      fc.property(json, bodies, (value, { spec, metadata: given }) => {
        const options = { type, dryRun: true, fieldManager: 'me' }
        refusable(() => store.patch(ref, value, options))
        refusable(() => store.patch(target, { spec, metadata: given }, options))
        refusable(() =>
          store.patch(target, [{ op: 'add', path: '/spec/template', value }], options),
        )
      }),
    )
  },
)

test('a list named like something that all objects have is like any other', async () => {
  const { store } = await server()
  store.create(configMap('a', { n: '1' }, { namespace: 'default' }))
  const options = { type: 'merge', dryRun: true, fieldManager: 'me' } as const
  expect(store.patch(ref, { toString: [{}] }, options)).toMatchObject({ toString: [{}] })
})

import { describe, expect, test } from 'vitest'
import { validate } from '../../../../src/inspection/validate.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { service as workload } from '../../../../src/workloads/service/workload.ts'
import { canary as canaryWith, context as contextOf, written } from '../builders.ts'

interface Service extends KubeObject {
  spec: Record<string, unknown>
}

const targetRef = { apiVersion: 'v1', kind: 'Service', name: 'podinfo' }
const canary = ({ spec = {}, ...of }: { spec?: object; status?: object } = {}) =>
  canaryWith({ ...of, spec: { targetRef, ...spec } })
const context: typeof contextOf = (objects, of) => contextOf(objects, { canary: canary(), ...of })
const initialized = { phase: 'Initialized', lastPromotedSpec: 'v2:1' }

/** As a current API server returns one. */
function service({ spec = {}, metadata = {} }: { spec?: object; metadata?: object } = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'podinfo', namespace: 'test', labels: { app: 'podinfo' }, ...metadata },
    spec: {
      type: 'NodePort',
      clusterIP: '10.0.155.7',
      clusterIPs: ['10.0.155.7'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      externalTrafficPolicy: 'Cluster',
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
      selector: { app: 'podinfo', v: '1' },
      ports: [{ name: 'http', port: 9898, targetPort: 9898, protocol: 'TCP', nodePort: 30_080 }],
      ...spec,
    },
  }
}

const next = service({ spec: { selector: { app: 'podinfo', v: '2' } } })
const named = (objects: readonly KubeObject[], name: string) =>
  objects.find(({ metadata }) => metadata.name === name) as Service

/** A cluster in which the copies were made, and got addresses of their own. */
function begun(): KubeObject[] {
  const target = service()
  const made = workload.initialize(context([target])) as Service[]
  const addressed = made.map((one, at) => ({
    ...one,
    spec: { ...one.spec, clusterIP: `10.0.0.${at}`, clusterIPs: [`10.0.0.${at}`] },
  }))
  return written([target], addressed)
}

test('the copies lead where the target leads, with addresses of their own', () => {
  const made = workload.initialize(context([service()]))
  expect(made.map(({ metadata }) => metadata.name)).toEqual(['podinfo-canary', 'podinfo-primary'])
  for (const one of made)
    expect(one).toMatchObject({
      metadata: {
        labels: { app: 'podinfo', 'app.kubernetes.io/managed-by': 'flagger' },
        ownerReferences: [{ kind: 'Canary', name: 'podinfo', controller: true }],
      },
    })
  for (const { spec } of made as Service[])
    expect(spec).toEqual({
      type: 'ClusterIP',
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
      selector: { app: 'podinfo', v: '1' },
      ports: [{ name: 'http', port: 9898, targetPort: 9898, protocol: 'TCP' }],
    })
})

test('the canary follows the target, and the primary gets there by a promotion alone', () => {
  const found = written(begun(), [next])
  const of = { canary: canary({ status: initialized }) }
  const writes = workload.initialize(context(found, of)) as Service[]
  expect(writes.map(({ metadata }) => metadata.name)).toEqual(['podinfo-canary'])
  expect(writes[0]?.spec).toMatchObject({ selector: { v: '2' }, clusterIP: '10.0.0.0' })

  const before = workload.observe(context(found, of))
  expect(before.promoted).toBe(false)
  expect(before.primaryRevision).not.toBe(before.revision)
  const after = written(found, workload.promote(context(found, of)))
  expect(named(after, 'podinfo-primary').spec).toMatchObject({
    selector: { v: '2' },
    clusterIP: '10.0.0.1',
    clusterIPs: ['10.0.0.1'],
  })
  expect(workload.observe(context(after, of))).toMatchObject({ promoted: true })
  expect(workload.promote(context(after, of))).toEqual([named(after, 'podinfo-primary')])
})

test('what the cluster gives to each Service is no revision', () => {
  const revision = (of: Service) => workload.observe(context([of])).revision
  const moved = service({ spec: { clusterIP: '10.9.9.9', type: 'LoadBalancer' } })
  expect(revision(moved)).toBe(revision(service()))
  expect(revision(next)).not.toBe(revision(service()))
})

test('`service.trafficDistribution` is for the copies, and makes no revision', () => {
  const close = canary({ spec: { service: { port: 80, trafficDistribution: 'PreferClose' } } })
  const made = workload.initialize(context([service()], { canary: close })) as Service[]
  expect(made.map(({ spec }) => spec.trafficDistribution)).toEqual(['PreferClose', 'PreferClose'])
  const state = workload.observe(context(written([service()], made), { canary: close }))
  expect(state.promoted).toBe(true)
})

test('a Service without an address of its own, or outside of the cluster, has copies like it', () => {
  const specOf = (spec: object) =>
    (workload.initialize(context([service({ spec })])) as Service[])[0]?.spec
  expect(specOf({ clusterIP: 'None' })).toMatchObject({ type: 'ClusterIP', clusterIP: 'None' })
  const external = { type: 'ExternalName', externalName: 'old.example.com' }
  const apart = { apiVersion: 'v1', kind: 'Service', metadata: service().metadata, spec: external }
  const [made] = workload.initialize(context([apart])) as Service[]
  expect(made?.spec).toEqual(external)
  // One that leads into the cluster until then has an address, which this kind may not have.
  const led = written(begun(), [apart])
  const [follower] = workload.initialize(
    context(led, { canary: canary({ status: initialized }) }),
  ) as Service[]
  expect(follower?.spec).toEqual(external)
})

test('the target is never changed, by nothing', () => {
  const of = context(begun())
  expect(workload.scale(of, 'zero')).toEqual([])
  expect(workload.scale(of, 'full')).toEqual([])
  expect(workload.restore(of)).toEqual({ write: [], remove: [] })
})

test("a primary that Flagger's promotion left without its owner gets it back", () => {
  const found = begun()
  const primary = named(found, 'podinfo-primary')
  const orphan = { ...primary, metadata: { ...primary.metadata, ownerReferences: [] } }
  const of = { canary: canary({ status: initialized }) }
  const [promoted] = workload.promote(context(written(found, [orphan, next]), of))
  expect(promoted?.metadata.ownerReferences).toMatchObject([{ kind: 'Canary', name: 'podinfo' }])
})

test('a primary that somebody deleted comes back from what was promoted, and from nothing else', () => {
  const target = service()
  const { revision } = workload.observe(context([target]))
  const at = (lastPromotedSpec: string) =>
    context([target], { canary: canary({ status: { phase: 'Succeeded', lastPromotedSpec } }) })
  expect(workload.initialize(at(revision))).toHaveLength(2)
  expect(workload.observe(at('v2:other')).primary).toMatchObject({ state: 'missing' })
  expect(() => workload.initialize(at('v2:other'))).toThrow(
    'service podinfo-primary.test is gone, and podinfo.test is not what was promoted last',
  )
})

describe('what can not be released is told', () => {
  test('a target that is not there', () => {
    expect(() => workload.observe(context([]))).toThrow(
      'service podinfo.test get query error: services "podinfo" not found',
    )
  })

  test('a Service of somebody else in the place of a copy', () => {
    const other = service({ metadata: { name: 'podinfo-primary' } })
    expect(() => workload.observe(context([service(), other]))).toThrow(
      'service podinfo-primary.test is in the way: canary podinfo.test makes a copy of service ' +
        'podinfo by this name, and that would overwrite it; rename or remove it',
    )
  })

  test.each([
    [{ service: { port: 80, name: 'other' } }, 'spec.service.name other is not the target'],
    [
      { targetRef: { ...targetRef, name: 'a'.repeat(56) } },
      'spec.targetRef.name has 56 characters, and -primary needs 8 of the 63',
    ],
  ])('a name that no copy can have: %#', (spec, why) => {
    const [problem] = validate(canary({ spec }), { noCrossNamespaceRefs: false })
    expect(problem).toContain(why)
  })
})

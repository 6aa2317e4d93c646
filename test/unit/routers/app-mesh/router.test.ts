import { expect, test } from 'vitest'
import { appMesh } from '../../../../src/routers/app-mesh/router.ts'
import type { Specified } from '../../../../src/routers/metadata.ts'
import {
  contextWith,
  first,
  type Given,
  rendered,
  second,
  step,
  toCanary,
  toPrimary,
  withService,
} from './meshes.ts'

test('v1beta1 has three nodes, and two services with their routers', () => {
  const { names, of } = rendered(first, toPrimary)
  expect(names).toEqual([
    'VirtualNode/podinfo',
    'VirtualNode/podinfo-primary',
    'VirtualNode/podinfo-canary',
    'VirtualService/podinfo.test',
    'VirtualService/podinfo-canary.test',
  ])
  const hostOf = (name: string) => of(`VirtualNode/${name}`)?.spec?.serviceDiscovery
  expect(hostOf('podinfo')).toEqual({ dns: { hostName: 'podinfo-primary.test' } })
  expect(hostOf('podinfo-primary')).toEqual({ dns: { hostName: 'podinfo-primary.test' } })
  expect(hostOf('podinfo-canary')).toEqual({ dns: { hostName: 'podinfo-canary.test' } })
})

test('v1beta1 without a mesh writes nothing, and says what to set; a rollback needs none', () => {
  const without: Given = { provider: 'appmesh' }
  expect(() => rendered(without, toPrimary)).toThrow(
    'mesh name cannot be empty: set spec.service.meshName of canary podinfo.test to the name of its Mesh',
  )
  const { objects } = rendered(first, step)
  const back = rendered(without, toPrimary, objects)
  expect(back.names).toEqual(['VirtualService/podinfo.test'])
  expect(appMesh.routes(contextWith(without, back.objects))).toEqual(toPrimary)
})

test('a rollback leads a route that somebody took the primary out of to the primary', () => {
  const { objects } = rendered(first, step)
  const edited = objects.map((object) => {
    if (object.metadata.name !== 'podinfo.test') return object
    const weightedTargets = [{ virtualNodeName: 'podinfo-canary', weight: 30 }]
    return {
      ...object,
      spec: { ...object.spec, routes: [{ http: { action: { weightedTargets } } }] },
    }
  })
  const [back] = rendered({ provider: 'appmesh' }, toPrimary, edited).objects
  expect(back?.spec?.routes).toEqual([
    { http: { action: { weightedTargets: [{ virtualNodeName: 'podinfo-primary', weight: 30 }] } } },
  ])
})

test('v1beta2 has two nodes, two routers and two services, each before those that name it', () => {
  const { names, of } = rendered(second, toPrimary)
  expect(names).toEqual([
    'VirtualNode/podinfo-primary',
    'VirtualNode/podinfo-canary',
    'VirtualRouter/podinfo',
    'VirtualRouter/podinfo-canary',
    'VirtualService/podinfo',
    'VirtualService/podinfo-canary',
  ])
  expect(of('VirtualNode/podinfo-canary')?.spec).toMatchObject({
    podSelector: { matchLabels: { app: 'podinfo' } },
    serviceDiscovery: { dns: { hostname: 'podinfo-canary.test.svc.cluster.local.' } },
  })
})

test('v1beta2 selects the pods by the labels that they have, and never all of a namespace', () => {
  const labels = (facts: NonNullable<Given['facts']>) =>
    rendered({ ...second, facts }, step).of('VirtualNode/podinfo-canary')?.spec?.podSelector
  expect(labels({ targetLabels: { app: 'shop', tier: 'web' } })).toEqual({
    matchLabels: { app: 'shop', tier: 'web' },
  })
  expect(labels({ targetLabels: {} })).toBeUndefined()
})

const targetsOf = (object: Specified | undefined, at = 0) => {
  const routes = object?.spec?.routes as Record<string, { action?: object }>[] | undefined
  const route = routes?.[at]
  return (route?.http ?? route?.httpRoute ?? route?.grpcRoute)?.action
}

test('the entrance of the canary leads to it whatever the weights are', () => {
  for (const routes of [toPrimary, step, toCanary]) {
    expect(targetsOf(rendered(first, routes).of('VirtualService/podinfo-canary.test'))).toEqual({
      weightedTargets: [
        { virtualNodeName: 'podinfo-canary', weight: 100 },
        { virtualNodeName: 'podinfo-primary', weight: 0 },
      ],
    })
    expect(targetsOf(rendered(second, routes).of('VirtualRouter/podinfo-canary'))).toEqual({
      weightedTargets: [
        { virtualNodeRef: { name: 'podinfo-canary' }, weight: 100 },
        { virtualNodeRef: { name: 'podinfo-primary' }, weight: 0 },
      ],
    })
  }
})

test('the gateway reads annotations of the apex alone, which follow the Canary', () => {
  const service = {
    hosts: ['a.example.com', 'b.example.com'],
    timeout: '30s',
    retries: { attempts: 3 },
  }
  for (const [given, apex, canary] of [
    [first, 'VirtualService/podinfo.test', 'VirtualService/podinfo-canary.test'],
    [second, 'VirtualService/podinfo', 'VirtualService/podinfo-canary'],
  ] as const) {
    const made = rendered(withService(given, service), toPrimary)
    expect(made.of(apex)?.metadata.annotations).toMatchObject({
      'gateway.appmesh.k8s.aws/expose': 'true',
      'gateway.appmesh.k8s.aws/domain': 'a.example.com,b.example.com,',
      'gateway.appmesh.k8s.aws/timeout': '30s',
      'gateway.appmesh.k8s.aws/retries': '3',
    })
    const named = (of: Specified | undefined) => JSON.stringify(of?.metadata.annotations ?? {})
    expect(named(made.of(canary))).not.toContain('gateway.appmesh')
    expect(named(rendered(given, toPrimary, made.objects).of(apex))).not.toContain('gateway.')
  }
})

test.each([first, second])('$provider: an edit in a run keeps the weights in force', (given) => {
  const { objects } = rendered(given, step)
  expect(appMesh.routes(contextWith(given, objects))).toEqual(step)
  const edited = withService(given, { timeout: '9s', retries: { attempts: 2 } })
  const after = rendered(edited, step, objects)
  expect(appMesh.routes(contextWith(edited, after.objects))).toEqual(step)
})

test('what AWS writes into the objects stays', () => {
  const byAws = { awsName: 'podinfo_test', meshRef: { name: 'global', uid: '1' } }
  const found = rendered(second, step).objects.map((object) => ({
    ...object,
    spec: { ...object.spec, ...byAws },
  }))
  for (const { spec } of rendered(second, toPrimary, found).objects)
    expect(spec).toMatchObject(byAws)
})

test.each([first, second])('$provider: what is as it should be is not written again', (given) => {
  const { objects } = rendered(given, step)
  expect(rendered(given, step, objects).objects).toEqual(objects)
})

test('an object that App Mesh refuses, or has not seen, is waited for with its own words', () => {
  const { objects } = rendered(second, step)
  const accepted = (status: object) => {
    const found = objects.map((object) =>
      object.kind === 'VirtualRouter'
        ? { ...object, metadata: { ...object.metadata, generation: 2 }, status }
        : object,
    )
    return appMesh.accepted(contextWith(second, found), step)
  }
  const active = (is: string, message = '') => ({
    observedGeneration: 2,
    conditions: [{ type: 'VirtualRouterActive', status: is, message }],
  })
  expect(accepted(active('True'))).toEqual({ state: 'accepted' })
  expect(accepted({ observedGeneration: 1 })).toEqual({
    state: 'pending',
    why: 'VirtualRouter podinfo.test is not taken over by App Mesh yet (observed generation: 1, current generation: 2)',
  })
  expect(accepted(active('False', 'no such node'))).toEqual({
    state: 'pending',
    why: 'VirtualRouter podinfo.test is not active in App Mesh: no such node',
  })
})

test('a first route of another sort, and a target by ARN, is read and named by nobody', () => {
  const tcp = {
    apiVersion: 'appmesh.k8s.aws/v1beta2',
    kind: 'VirtualRouter',
    metadata: { name: 'podinfo', namespace: 'test' },
    spec: {
      routes: [
        {
          name: 'a',
          tcpRoute: { action: { weightedTargets: [{ virtualNodeARN: 'arn', weight: 1 }] } },
        },
      ],
    },
  }
  expect(appMesh.routes(contextWith(second, [tcp]))).toBeUndefined()
  const found = rendered(second, step).objects
  const idle = JSON.parse(JSON.stringify(found).replace(/"weight":\d+/g, '"weight":0'))
  expect(() => appMesh.routes(contextWith(second, idle))).toThrow(
    'VirtualRouter podinfo.test does not contain routes for podinfo-primary and podinfo-canary: give one of them a weight',
  )
})

import { expect, test } from 'vitest'
import type { CanaryService } from '../../../../src/canary/api.gen.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { appMesh } from '../../../../src/routers/app-mesh/router.ts'
import type { Specified } from '../../../../src/routers/metadata.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }
const step: Routes = { primary: 60, canary: 40, mirrored: false }

type Provider = 'appmesh' | 'appmesh:v1beta2'

interface Given extends ContextOf {
  provider: Provider
  service?: Partial<CanaryService>
}

const first: Given = { provider: 'appmesh', service: { meshName: 'global' } }
const second: Given = { provider: 'appmesh:v1beta2' }

const contextWith = ({ service, ...of }: Given, cluster: KubeObject[] = []) =>
  contextOf({ spec: { service: { port: 80, ...service } }, ...of, cluster })

/** The objects by kind and name. */
function rendered(given: Given, routes: Routes, cluster: KubeObject[] = []) {
  const objects = appMesh.render(contextWith(given, cluster), routes) as Specified[]
  const byName = new Map(objects.map((one) => [`${one.kind}/${one.metadata.name}`, one]))
  return { objects, names: [...byName.keys()], of: (name: string) => byName.get(name) }
}

const withService = (given: Given, service: Partial<CanaryService>): Given => ({
  ...given,
  service: { ...given.service, ...service },
})

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

test('a time-out is one of the route and of the listener, in milliseconds', () => {
  const { of } = rendered(withService(second, { timeout: '30s' }), toPrimary)
  const perRequest = { unit: 'ms', value: 30_000 }
  expect(of('VirtualRouter/podinfo')?.spec?.routes).toMatchObject([
    { httpRoute: { timeout: { perRequest } } },
  ])
  expect(of('VirtualNode/podinfo-primary')?.spec?.listeners).toEqual([
    { portMapping: { port: 80, protocol: 'http' }, timeout: { http: { perRequest } } },
  ])
  const odd = rendered(withService(second, { timeout: 'soon' }), toPrimary)
  expect(JSON.stringify(odd.objects)).not.toContain('timeout')
})

test('retries have the defaults of the original, and only words that App Mesh has', () => {
  const policyOf = (given: Given, name: string) => {
    const [route] = (rendered(given, toPrimary).of(name)?.spec?.routes ?? []) as Record<
      string,
      { retryPolicy?: object }
    >[]
    return (route?.http ?? route?.httpRoute)?.retryPolicy
  }
  expect(policyOf(withService(first, { retries: {} }), 'VirtualService/podinfo.test')).toEqual({
    maxRetries: 1,
    perRetryTimeoutMillis: 250,
    httpRetryEvents: ['gateway-error'],
  })
  const retries = { attempts: 3, perTryTimeout: '5s', retryOn: 'client-error, connect-failure' }
  const given = withService(second, { retries })
  expect(policyOf(given, 'VirtualRouter/podinfo')).toEqual({
    maxRetries: 3,
    perRetryTimeout: { unit: 'ms', value: 5_000 },
    httpRetryEvents: ['client-error'],
  })
  expect(appMesh.warnings?.(contextWith(given))).toEqual([
    'canary podinfo.test: spec.service.retries.retryOn: connect-failure has no effect with provider appmesh:v1beta2; remove it',
  ])
})

test('backends are services by name, or by their ARN', () => {
  const arn = 'arn:aws:appmesh:eu-west-1:1:mesh/m/virtualService/v'
  const backends = ['backend', arn]
  const of = (given: Given) =>
    rendered(withService(given, { backends }), step).of('VirtualNode/podinfo-primary')?.spec
  expect(of(second)?.backends).toEqual([
    { virtualService: { virtualServiceRef: { name: 'backend' } } },
    { virtualService: { virtualServiceARN: arn } },
  ])
  expect(of(first)?.backends).toEqual([
    { virtualService: { virtualServiceName: 'backend' } },
    { virtualService: { virtualServiceName: arn } },
  ])
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

const testing = (given: Given, match: object[]): Given => ({
  ...given,
  analysis: { iterations: 2, stepWeight: 0, match: match as never },
})

test.each<[Given, string, string]>([
  [first, 'VirtualService/podinfo.test', 'http'],
  [second, 'VirtualRouter/podinfo', 'httpRoute'],
])('$provider: a test has its routes before the one for all others', (given, name, sort) => {
  const match = [
    { headers: { 'x-canary': { exact: 'insider' } } },
    { headers: { a: { prefix: 'b' } } },
  ]
  const { objects, of } = rendered(testing(given, match), toCanary)
  expect(of(name)?.spec?.routes).toMatchObject([
    {
      name: 'podinfo-a',
      priority: 10,
      [sort]: {
        match: { prefix: '/', headers: [{ name: 'x-canary', match: { exact: 'insider' } }] },
        action: { weightedTargets: [{ weight: 100 }, { weight: 0 }] },
      },
    },
    {
      name: 'podinfo-a-2',
      priority: 11,
      [sort]: { match: { headers: [{ name: 'a', match: { prefix: 'b' } }] } },
    },
    {
      name: 'podinfo-b',
      priority: 20,
      [sort]: { match: { prefix: '/' }, action: { weightedTargets: [{ weight: 100 }] } },
    },
  ])
  const canary = objects.find(({ metadata }) => metadata.name.startsWith('podinfo-canary.'))
  expect(JSON.stringify(canary?.spec ?? {})).not.toContain('priority')
})

test.each([
  [[{ queryParams: { a: { exact: '1' } } }]],
  [[{ sourceLabels: { app: 'web' } }]],
  [[{ headers: { a: {} } }]],
])('a test that can’t be expressed lets nobody in: %j', (match) => {
  expect(appMesh.abilities(contextWith(testing(second, match))).match).toBe(false)
  expect(() =>
    rendered({ ...second, analysis: { stepWeight: 10, match: match as never } }, step),
  ).toThrow(
    /^canary podinfo\.test: spec\.analysis\.match can't be expressed with provider appmesh:/,
  )
})

test('calls by gRPC have routes and time-outs of their own in v1beta2', () => {
  const grpc = withService(second, { portName: 'grpc-api', timeout: '5s' })
  const match = [{ headers: { 'x-canary': { exact: 'insider' } } }]
  const { of } = rendered(testing(grpc, match), toCanary)
  const perRequest = { unit: 'ms', value: 5_000 }
  expect(of('VirtualNode/podinfo-canary')?.spec?.listeners).toEqual([
    { portMapping: { port: 80, protocol: 'grpc' }, timeout: { grpc: { perRequest } } },
  ])
  expect(of('VirtualRouter/podinfo')?.spec?.routes).toMatchObject([
    {
      grpcRoute: { match: { metadata: [{ name: 'x-canary', match: { exact: 'insider' } }] } },
    },
    { grpcRoute: { match: {} } },
  ])
})

test('ports of containers are those of v1beta2, where they are numbers', () => {
  const portOf = (given: Given) =>
    rendered(given, step).of('VirtualNode/podinfo-canary')?.spec?.listeners
  expect(portOf(withService(second, { targetPort: 9898 }))).toMatchObject([
    { portMapping: { port: 9898 } },
  ])
  expect(portOf(withService(first, { targetPort: 9898 }))).toMatchObject([
    { portMapping: { port: 80 } },
  ])
  const named = withService(second, { targetPort: 'http' })
  expect(portOf(named)).toMatchObject([{ portMapping: { port: 80 } }])
  expect(appMesh.warnings?.(contextWith(named))).toEqual([
    'canary podinfo.test: spec.service.targetPort http is no number, and the port is used with provider appmesh:v1beta2; set the number that the container listens at',
  ])
})

test('the log of requests is written where an annotation of the Canary asks for it', () => {
  const { canary, ...context } = contextWith(second)
  const annotations = { 'appmesh.flagger.app/accesslog': 'enabled' }
  const metadata = { ...canary.metadata, annotations }
  const [node] = appMesh.render({ ...context, canary: { ...canary, metadata } }, step)
  expect(node).toMatchObject({
    spec: { logging: { accessLog: { file: { path: '/dev/stdout' } } } },
  })
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

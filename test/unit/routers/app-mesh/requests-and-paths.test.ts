/** What the Canary says of requests, in the routes and listeners of App Mesh. */
import { expect, test } from 'vitest'
import { appMesh } from '../../../../src/routers/app-mesh/router.ts'
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

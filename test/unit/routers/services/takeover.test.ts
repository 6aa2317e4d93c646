import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { kubernetes } from '../../../../src/routers/kubernetes/router.ts'
import { nginx } from '../../../../src/routers/nginx/router.ts'
import { ledElsewhere, takeoverProblems } from '../../../../src/routers/services/takeover.ts'
import { skipper } from '../../../../src/routers/skipper/router.ts'
import type { Neighbour } from '../../../../src/workloads/identity/neighbours.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'shop' } as const

function service(spec: object): KubeObject {
  const metadata = { name: 'podinfo', namespace: 'test' }
  const selecting = { selector: { app: 'podinfo' }, ...spec }
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: selecting } as KubeObject
}

function ingress(...ports: { name?: string; number?: number }[]): KubeObject {
  const paths = ports.map((port) => ({ backend: { service: { name: 'podinfo', port } } }))
  const elsewhere = { backend: { service: { name: 'files', port: { name: 'static' } } } }
  const spec = { rules: [{ http: { paths: [...paths, elsewhere] } }] }
  return { ...ingressRef, metadata: { name: 'shop', namespace: 'test' }, spec } as KubeObject
}

const webAndMetrics = service({
  ports: [
    { name: 'web', port: 80 },
    { name: 'metrics', port: 9090 },
  ],
})

function problems(
  cluster: KubeObject[],
  ofService: NonNullable<NonNullable<ContextOf['spec']>['service']> = { port: 80 },
) {
  const spec = { ingressRef, service: ofService }
  return takeoverProblems(nginx, contextOf({ provider: 'nginx', spec, cluster }))
}

test('a Service whose ports stay under their names loses nothing', () => {
  const cluster = [webAndMetrics, ingress({ name: 'web' }, { name: 'metrics' }, { number: 80 })]
  expect(problems(cluster)).toEqual([])
  expect(problems([])).toEqual([])
})

test('a name that an Ingress leads to, and that is asked to change, is named with the Ingress', () => {
  const asked = { port: 80, portName: 'http' }
  expect(problems([webAndMetrics, ingress({ name: 'web' })], asked)).toEqual([
    'canary podinfo.test: Ingress shop leads to port web of Service podinfo, which has http 80, ' +
      'metrics 9090 for this canary; set spec.service.portName to web, or correct the Ingress',
  ])
  expect(problems([webAndMetrics, ingress({ number: 80 })], asked)).toEqual([])
})

test('a backend port that no Service has is told, also where no Service is there yet', () => {
  expect(problems([ingress({ name: 'web' })])).toEqual([
    expect.stringContaining('Ingress shop leads to port web of Service podinfo, which has http 80'),
  ])
  expect(problems([ingress({ number: 8080 })])).toEqual([
    expect.stringMatching(/port 8080 of .* set spec\.service\.port to 8080, or correct/),
  ])
})

test('a default backend counts as any other', () => {
  const spec = { defaultBackend: { service: { name: 'podinfo', port: { name: 'web' } } } }
  expect(problems([{ ...ingress(), spec } as KubeObject])).toEqual([
    expect.stringContaining('leads to port web of Service podinfo'),
  ])
})

test('a named port that would get another number is told before it does', () => {
  expect(problems([webAndMetrics], { port: 8080, portName: 'web' })).toEqual([
    'canary podinfo.test: port web of Service podinfo is 80, and would be 8080; set another ' +
      'spec.service.portName, or the same number',
  ])
})

test('a Service that leads out of the cluster is not taken over', () => {
  expect(problems([service({ type: 'ExternalName', externalName: 'x.example.com' })])).toEqual([
    'canary podinfo.test: Service podinfo is of type ExternalName, which leads to no pods; ' +
      'change or remove it, or set another spec.service.name',
  ])
})

test('a Service whose endpoints somebody keeps by hand is not taken over', () => {
  expect(problems([service({ selector: {}, ports: [{ port: 80 }] })])).toEqual([
    'canary podinfo.test: Service podinfo has no selector, so that it leads where Endpoints made by ' +
      'hand say, and would lead to podinfo alone; let it select app=podinfo first, or set another ' +
      'spec.service.name',
  ])
})

const pathTo = (path: string, service: string) => ({
  path,
  backend: { service: { name: service, port: { number: 80 } } },
})

function ingressOf(name: string, host: string, ...paths: object[]): KubeObject {
  const metadata = { name, namespace: 'test' }
  return { ...ingressRef, metadata, spec: { rules: [{ host, http: { paths } }] } } as KubeObject
}

const user = ingressOf('shop', 'shop.io', pathTo('/', 'podinfo'), pathTo('/files', 'files'))

test.each([
  [
    'to a service of their own',
    ingressOf('shop-canary', 'shop.io', pathTo('/', 'mine')),
    'shop.io/ to mine',
  ],
  [
    'under a host for testers',
    ingressOf('shop-canary', 'test.shop.io', pathTo('/', 'podinfo-canary')),
    'test.shop.io/ to podinfo-canary',
  ],
])(
  'an Ingress by hand in the place of the copy, with routes %s, holds the canary',
  (_, copy, lost) => {
    const context = { provider: 'nginx', spec: { ingressRef, service: { port: 80 } } } as const
    const cluster = [webAndMetrics, user, copy]
    for (const router of [nginx, skipper])
      expect(takeoverProblems(router, contextOf({ ...context, cluster }))).toEqual([
        `canary podinfo.test: Ingress shop-canary would become the copy for the canary, and lose ${lost}; ` +
          'rename or remove it, or name another Ingress in spec.ingressRef',
      ])
    expect(takeoverProblems(kubernetes, contextOf({ ...context, cluster }))).toEqual([])
  },
)

test('an Ingress by hand that has the routes of the copy loses nothing', () => {
  const paths = [pathTo('/', 'podinfo-canary'), pathTo('/files', 'files')]
  expect(problems([webAndMetrics, user, ingressOf('shop-canary', 'shop.io', ...paths)])).toEqual([])
})

describe('a Service that leads to', () => {
  const workload = (name: string, labels: Record<string, string>): Neighbour => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'test' },
    spec: { template: { metadata: { labels } } },
  })
  const all = [
    workload('podinfo', { app: 'podinfo', version: 'v1' }),
    workload('shop', { app: 'shop' }),
    workload('podinfo-v2', { app: 'podinfo', version: 'v2' }),
  ]
  const ledBy = (selector: Record<string, string>) =>
    ledElsewhere(contextOf({ provider: 'kubernetes', cluster: [service({ selector })] }), all)

  test('the pods of another workload is not taken from it: the canary is held', () => {
    const told = (name: string) => [
      `Service podinfo leads to the pods of deployment ${name}, and would lead to those of podinfo; ` +
        'let it select those first, or set another spec.service.name',
    ]
    expect(ledBy({ app: 'shop' })).toEqual(told('shop'))
    expect(ledBy({ version: 'v2' })).toEqual(told('podinfo-v2'))
  })

  test('the pods of the target, to some of them, or to none is taken over', () => {
    for (const selector of [{ app: 'podinfo' }, { app: 'nobody' }, {}])
      expect(ledBy(selector)).toEqual([])
  })
})

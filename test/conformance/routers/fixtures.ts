/** What the routers' suites have in common: contexts, clusters in memory, one fixture a router. */

import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import type { CanarySpec, CanaryStatus } from '../../../src/canary/api.gen.ts'
import { parseCanary } from '../../../src/canary/canary.ts'
import type { Restoration } from '../../../src/objects.ts'
import { type KubeObject, refKey, refOf } from '../../../src/objects.ts'
import type { Specified } from '../../../src/routers/metadata.ts'
import type { RouterContext, RouterSettings } from '../../../src/routers/router.ts'
import { plainFacts } from '../../../src/workloads/plain-facts.ts'
import type { WorkloadFacts } from '../../../src/workloads/workload.ts'
import { findIn } from '../../support/find.ts'

/** What the shared suite needs to know of a router beside its code. */
export interface Fixture {
  spec: Omit<CanarySpec, 'targetRef' | 'analysis'>
  /** Objects of the user that the router builds on. */
  cluster: KubeObject[]
  /** Objects of the user in the place of those that the router generates. */
  inTheWay: KubeObject[]
  /** Fields of the generated objects' specs that are not the router's; they must survive. */
  foreignSpec: Record<string, Record<string, unknown>>
  /** Conditions that the router can express. */
  match: NonNullable<CanarySpec['analysis']['match']>
  /** Tests that can't hold for this router, and why. */
  exceptions: { reason: string; tests: string[] }[]
}

export interface ContextOf {
  spec?: Omit<CanarySpec, 'targetRef' | 'analysis'>
  analysis?: Partial<CanarySpec['analysis']>
  status?: CanaryStatus
  provider?: string
  targetKind?: 'Deployment' | 'Service'
  facts?: Partial<WorkloadFacts>
  settings?: Partial<RouterSettings>
  cluster?: KubeObject[]
}

/** A context for canary `podinfo` in namespace `test`, port 80. */
export function contextOf({ provider, spec, analysis, status, ...of }: ContextOf = {}) {
  const kind = of.targetKind ?? 'Deployment'
  const stored = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace: 'test', uid: 'uid-of-the-canary' },
    spec: {
      provider,
      service: { port: 80 },
      ...spec,
      targetRef: { apiVersion: 'apps/v1', kind, name: 'podinfo' },
      analysis: { interval: '1m', threshold: 1, stepWeight: 10, ...analysis },
    },
    status: status ?? {},
  }
  return contextFor(stored, of)
}

/** A context for a stored Canary. */
export function contextFor(
  stored: KubeObject & { spec?: unknown; status?: unknown },
  { facts, settings, cluster = [] }: Pick<ContextOf, 'facts' | 'settings' | 'cluster'>,
): RouterContext {
  const { canary, problems } = parseCanary(stored, { meshProvider: 'istio', metricsServer: '' })
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return {
    canary,
    facts: { ...plainFacts('podinfo'), ...facts },
    settings: {
      ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io',
      ingressClass: '',
      ownRoutes: true,
      ...settings,
    },
    find: findIn(cluster),
  }
}

/** The objects after a restoration was performed. */
export function restored(objects: readonly KubeObject[], { write, remove }: Restoration) {
  const stored = new Map([...objects, ...write].map((object) => [refKey(refOf(object)), object]))
  for (const ref of remove) stored.delete(refKey(ref))
  return [...stored.values()]
}

/** The objects of a YAML file of this directory. */
export function readObjects(path: string): Specified[] {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8')
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Specified | null)
    .filter((object) => object !== null)
}

const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'podinfo', namespace: 'test', labels: { team: 'shop' } },
  spec: {
    ingressClassName: 'public',
    tls: [{ hosts: ['app.example.com'], secretName: 'app' }],
    rules: [
      {
        host: 'app.example.com',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: 'podinfo', port: { number: 80 } } },
            },
            {
              path: '/static',
              pathType: 'Prefix',
              backend: { service: { name: 'files', port: { number: 80 } } },
            },
          ],
        },
      },
      { host: 'empty.example.com' },
    ],
  },
}

const oldIngress = {
  ...ingress,
  metadata: { name: 'podinfo-canary', namespace: 'test', labels: { old: 'yes' }, uid: 'old' },
  spec: { defaultBackend: { service: { name: 'files', port: { number: 80 } } } },
}

const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'podinfo' } as const

const istioObject = (kind: string, name: string, spec: object) => ({
  apiVersion: 'networking.istio.io/v1beta1',
  kind,
  metadata: { name, namespace: 'test', labels: { old: 'yes' }, annotations: { note: 'kept' } },
  spec,
})

/** One fixture for each router of the registry. */
export const fixtures: Record<string, Fixture> = {
  istio: {
    spec: {
      service: {
        port: 80,
        hosts: ['app.example.com'],
        match: [{ uri: { prefix: '/' } }],
        apex: { annotations: { 'external-dns.alpha.kubernetes.io/hostname': 'app.example.com' } },
      },
    },
    cluster: [],
    inTheWay: [
      istioObject('VirtualService', 'podinfo', {
        hosts: ['shop.example.com'],
        exportTo: ['*'],
        http: [{ fault: { delay: {} }, route: [{ destination: { host: 'podinfo' } }] }],
      }),
      istioObject('DestinationRule', 'podinfo-primary', {
        host: 'somewhere',
        subsets: [{ name: 'v1' }],
      }),
    ],
    foreignSpec: {
      VirtualService: { exportTo: ['.'], tls: [{ match: [{ sniHosts: ['a.example.com'] }] }] },
      DestinationRule: { exportTo: ['.'] },
    },
    match: [{ headers: { 'x-canary': { exact: 'insider' } } }],
    exceptions: [],
  },
  kubernetes: {
    spec: { service: { port: 80 } },
    cluster: [],
    inTheWay: [],
    foreignSpec: {},
    match: [],
    exceptions: [
      {
        reason: 'Services alone split no traffic: the routes follow the iterations in the status',
        tests: [
          'knows no routes before its objects exist',
          'reads back the weights that it rendered',
          'marks and owns what it creates',
        ],
      },
    ],
  },
  nginx: {
    spec: { service: { port: 80 }, ingressRef },
    cluster: [ingress],
    inTheWay: [oldIngress],
    foreignSpec: {},
    match: [
      { headers: { 'x-canary': { exact: 'insider' } } },
      { headers: { cookie: { exact: 'canary' } } },
    ],
    exceptions: [],
  },
  skipper: {
    spec: { service: { port: 80 }, ingressRef },
    cluster: [ingress],
    inTheWay: [oldIngress],
    foreignSpec: {},
    match: [],
    exceptions: [],
  },
}

/** podinfo behind a mesh or an ingress, with users who call it; time is stepped by hand. */

import { onTestFinished } from 'vitest'
import type { CanarySpec } from '../../../../src/canary/api.gen.ts'
import { type Canary, parseCanary } from '../../../../src/canary/canary.ts'
import { ask } from '../../../../src/metrics/asking.ts'
import { metricChecks } from '../../../../src/metrics/checks.ts'
import type { Answerer } from '../../../../src/metrics/conversation.ts'
import { countsCheck, pastCheck } from '../../../../src/metrics/counting/checks.ts'
import type { BothCounts } from '../../../../src/metrics/provider.ts'
import { type KubeObject, refOf } from '../../../../src/objects.ts'
import { routerFor } from '../../../../src/routers/index.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import type { Store } from '../../../../src/sandbox/api/store.ts'
import { customKinds } from '../../../../src/sandbox/definitions.ts'
import { createSeriesStore, type SeriesStore } from '../../../../src/sandbox/prometheus/series.ts'
import { startPrometheus } from '../../../../src/sandbox/prometheus/server.ts'
import { seededRandom } from '../../../../src/sandbox/random.ts'
import { kindOf } from '../../../../src/sandbox/simulation/objects.ts'
import { simulateWorkloads } from '../../../../src/sandbox/simulation/workloads.ts'
import { createProfiles, type Profiles } from '../../../../src/sandbox/traffic/profiles.ts'
import { type Load, startTraffic, type Traffic } from '../../../../src/sandbox/traffic.ts'
import { plainFacts } from '../../../../src/workloads/plain-facts.ts'
import { fixtures } from '../../../conformance/routers/fixtures.ts'
import { type FakeClock, fakeClock } from '../../io/fake-clock.ts'
import { server } from '../api/support.ts'

export const users: Load = { namespace: 'test', service: 'podinfo', requestsPerSecond: 200 }

export interface Town {
  store: Store
  clock: FakeClock
  profiles: Profiles
  traffic: Traffic
  series: SeriesStore
  canary(): Canary
  /** Writes the routing objects of the provider. */
  route(routes: Partial<Routes>): void
  scale(name: string, replicas: number): void
  /** What the two built-in checks measure, asked of the Prometheus as the controller asks. */
  measure(): Promise<Record<string, number | undefined>>
  /** What the judge counts of both versions, in the last half minute. */
  count(): Promise<Record<string, BothCounts>>
}

type Analysis = Partial<CanarySpec['analysis']>

export async function town(
  provider: string,
  analysis: Analysis = { stepWeight: 10 },
): Promise<Town> {
  const clock = fakeClock()
  const { store } = await server({ now: () => clock.now() })
  for (const definition of customKinds()) store.create(definition)
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } })
  const simulation = simulateWorkloads(store, { clock, startupMs: 0 })
  for (const object of objects(provider, analysis)) store.create(object)
  // What a provider has to be told before it routes, and not what it finds in its way.
  for (const object of fixtures[provider]?.cluster ?? [])
    if (object.kind === 'ConfigMap')
      store.create({ ...object, metadata: { ...object.metadata, namespace: 'test' } })
  const series = createSeriesStore()
  const profiles = createProfiles()
  const random = seededRandom(7)
  const traffic = startTraffic({ store, series, profiles, clock, random, meshProvider: 'istio' })
  const { url, close } = await startPrometheus(series, { clock })
  onTestFinished(async () => {
    traffic.stop()
    simulation.stop()
    await close()
  })
  clock.step(1_000)
  const canaryNow = () => {
    const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'test' }
    const stored = store.get({ ...ref, name: 'podinfo' })
    if (!stored) throw new Error('the canary is not there')
    return parseCanary(stored, { meshProvider: 'istio', metricsServer: url }).canary
  }
  return {
    store,
    clock,
    profiles,
    traffic,
    series,
    canary: canaryNow,
    route(routes) {
      const canary = canaryNow()
      const facts = plainFacts('podinfo')
      const settings = {
        ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io',
        ingressClass: '',
        ownRoutes: true,
      }
      const context = { canary, facts, find: store.get, settings }
      const wanted = { primary: 100, canary: 0, mirrored: false, ...routes }
      for (const object of routerFor(provider).render(context, wanted))
        if (store.get(refOf(object))) store.update(object)
        else store.create(object)
    },
    scale(name, replicas) {
      const ref = { ...kindOf.deployment, namespace: 'test', name }
      store.modify<KubeObject & { spec: { replicas?: number } }>(ref, ({ spec }) => {
        spec.replicas = replicas
      })
      clock.step(1_000)
    },
    async measure() {
      const canary = canaryNow()
      const deps = { find: store.get, meshProvider: 'istio', now: clock.now() }
      const measured: Record<string, number | undefined> = {}
      for (const check of metricChecks(canary, deps)) {
        const { metric, factor } = check
        const outcome = await ask(check, fetching)
        if (!('value' in outcome)) throw new Error(JSON.stringify(outcome))
        const { value } = outcome
        measured[metric.name] = value === undefined ? undefined : value * factor
      }
      return measured
    },
    async count() {
      const canary = canaryNow()
      const now = clock.now()
      const deps = { find: store.get, meshProvider: 'istio', now }
      const counted: Record<string, BothCounts> = {}
      for (const metric of canary.analysis.metrics) {
        const past = { ...deps, stepSeconds: 30, steps: 0, hasBody: false }
        const isSlow = metric.name === 'request-duration'
        const begun = isSlow ? await ask(pastCheck(canary, metric, past), fetching) : {}
        const bounds = 'bounds' in begun ? (begun.bounds ?? []) : []
        const window = { ...deps, at: now, seconds: 30, bounds: bounds.map((one) => one.boundMs) }
        const outcome = await ask(countsCheck(canary, metric, window), fetching)
        const [arms] = 'arms' in outcome ? (outcome.arms ?? []) : []
        if (!arms) throw new Error(`${metric.name}: ${JSON.stringify(outcome)}`)
        counted[metric.name] = arms
      }
      return counted
    },
  }
}

const fetching: Answerer = async (asked) => {
  if (!('http' in asked)) throw new Error(`asked for ${Object.keys(asked)}, not by HTTP`)
  const answer = await fetch(asked.http.url)
  const headers = Object.fromEntries(answer.headers)
  return { http: { status: answer.status, headers, body: await answer.text() } }
}

function objects(provider: string, analysis: Analysis): KubeObject[] {
  const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'front' }
  const spec = {
    provider,
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    ingressRef,
    routeRef: { apiVersion: 'apisix.apache.org/v2', kind: 'ApisixRoute', name: 'front' },
    service: { port: 9898, meshName: 'shop', gatewayRefs: [{ name: 'front' }] },
    analysis: {
      interval: '1m',
      threshold: 5,
      metrics: [
        { name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '30s' },
        { name: 'request-duration', thresholdRange: { max: 500 }, interval: '30s' },
      ],
      ...analysis,
    },
  }
  const inTest = (
    object: Omit<KubeObject, 'metadata'> & Record<string, unknown>,
    name: string,
  ) => ({
    ...object,
    metadata: { name, namespace: 'test' },
  })
  return [
    inTest({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', spec } as never, 'podinfo'),
    deployment('podinfo', 'podinfo:2'),
    deployment('podinfo-primary', 'podinfo:1'),
    service('podinfo', 'podinfo-primary'),
    service('podinfo-primary', 'podinfo-primary'),
    service('podinfo-canary', 'podinfo'),
    ingress(),
    apisixRoute(),
  ]
}

function deployment(name: string, image: string): KubeObject {
  const labels = { app: name }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'podinfod', image }] } }
  const spec = { replicas: 2, selector: { matchLabels: labels }, template }
  const metadata = { name, namespace: 'test' }
  return { ...kindOf.deployment, metadata, spec } as KubeObject
}

function service(name: string, app: string): KubeObject {
  const spec = { selector: { app }, ports: [{ port: 9898 }] }
  const metadata = { name, namespace: 'test' }
  return { apiVersion: 'v1', kind: 'Service', metadata, spec } as KubeObject
}

function ingress(): KubeObject {
  const backend = { service: { name: 'podinfo', port: { number: 9898 } } }
  const paths = [{ path: '/', pathType: 'Prefix', backend }]
  const spec = { rules: [{ host: 'app.example.com', http: { paths } }] }
  const metadata = { name: 'front', namespace: 'test' }
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec } as KubeObject
}

function apisixRoute(): KubeObject {
  const backends = [{ serviceName: 'podinfo', servicePort: 9898 }]
  const http = [{ name: 'all', match: { paths: ['/*'] }, backends }]
  const metadata = { name: 'front', namespace: 'test' }
  const object = { apiVersion: 'apisix.apache.org/v2', kind: 'ApisixRoute', metadata }
  return { ...object, spec: { http } } as KubeObject
}

/** Everything that the controller makes of a Canary alone, for tests over what it may hold. */
import { decide } from '../../src/analysis/decide.ts'
import type { CanaryStatus, Phase } from '../../src/canary/api.gen.ts'
import type { Canary } from '../../src/canary/canary.ts'
import { metricChecks } from '../../src/metrics/checks.ts'
import { providerProbes } from '../../src/metrics/probes.ts'
import { alertFor } from '../../src/notifiers/alerts.ts'
import type { Find } from '../../src/objects.ts'
import { apexService, podServices, restoreServices } from '../../src/routers/services/services.ts'
import { renderMetadata } from '../../src/webhooks/metadata.ts'
import { hookPayload } from '../../src/webhooks/payload.ts'
import { hookRequest, methodOf } from '../../src/webhooks/request.ts'
import { plainFacts } from '../../src/workloads/plain-facts.ts'
import { observation } from './observation.ts'
import { providerNamed } from './providers.ts'

const settings = {
  ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io',
  ingressClass: '',
  ownRoutes: true,
}
const facts = plainFacts('podinfo')
const phases: readonly Phase[] = [
  '',
  'Initialized',
  'Waiting',
  'Progressing',
  'WaitingPromotion',
  'Promoting',
  'Finalising',
  'Succeeded',
  'Failed',
]

/** Everything that is made of a Canary that was not refused. */
export function parts(canary: Canary, find: Find): (() => unknown)[] {
  const { router } = providerNamed(canary.provider)
  const context = { canary, facts, find, settings }
  const deps = { find, meshProvider: canary.provider, now: new Date(0) }
  return [
    () => router.reads(context),
    () => router.abilities(context),
    () => router.routes(context),
    ...[0, 50, 100].map((weight) => () => {
      const routes = { primary: 100 - weight, canary: weight, mirrored: weight === 0 }
      return router.render(context, routes)
    }),
    () => router.restore(context),
    () => [...apexService(context), ...podServices(context), restoreServices(context)],
    () => metricChecks(canary, deps),
    () => providerProbes(canary, find),
    () =>
      alertFor(
        canary,
        { occasion: 'started', severity: 'info', message: 'm', fields: true },
        { clusterName: '', gateUrl: '' },
      ),
    () => canary.analysis.webhooks.map((hook) => requestOf(canary, hook)),
    ...phases.map((phase) => () => step(canary, { phase, lastAppliedSpec: 'v2:red' })),
  ]
}

function requestOf(canary: Canary, hook: Canary['analysis']['webhooks'][number]) {
  const { name, namespace, status } = canary
  const metadata = renderMetadata(hook, canary)
  const payload = hookPayload({ name, namespace, phase: 'Progressing', status, metadata })
  return hookRequest(hook, metadata, { payload, methods: [methodOf(metadata)] })
}

function step(canary: Canary, status: CanaryStatus) {
  const seen = observation()
  return decide({ ...seen, canary: { ...canary, status } }, {})
}

/** The user's Ingress, whatever its name. */
export const anyIngress: Find = <T>({
  apiVersion,
  kind,
  name = '',
  namespace = '',
}: Parameters<Find>[0]) => {
  if (kind !== 'Ingress' || name.endsWith('-canary')) return undefined
  const backend = { service: { name: 'podinfo', port: { number: 80 } } }
  const rules = [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }]
  return { apiVersion, kind, metadata: { name, namespace }, spec: { rules } } as T
}

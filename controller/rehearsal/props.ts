/** The objects of a rehearsal: a Canary whose hooks and metrics lead nowhere outside. Pure. */
import type { CanaryResource, CanarySpec, Metric, Webhook } from '../../src/canary/api.gen.ts'
import { type Canary, parseCanary } from '../../src/canary/canary.ts'
import { defaultProvider } from '../../src/canary/providers.gen.ts'
import { InvalidSpecError } from '../../src/errors.ts'
import { isBuiltin } from '../../src/metrics/checks.ts'
import { type KubeObject, refKey, refOf } from '../../src/objects.ts'
import { routerFor } from '../../src/routers/index.ts'
import { usualSettings } from '../../src/routers/router.ts'
import type { Manifest } from '../../src/simulation/stage.ts'
import type { Deployment } from '../../src/workloads/pods/pod-template.ts'
import { targetOf } from './target.ts'

export interface Props {
  canary: Canary
  resource: CanaryResource
  target: Deployment
  /** What they refer to. */
  others: KubeObject[]
  /** What a hook or metric of the Canary is, by the host that stands for it. */
  hooks: ReadonlyMap<string, Webhook['type']>
  metrics: ReadonlyMap<string, Measured>
  assumed: string[]
}

export interface Measured {
  name: string
  /** A value that its bounds take for well. */
  well: number
}

const apiVersion = 'flagger.app/v1beta1'
export const metricsServer = 'http://prometheus.rehearsal'

/** Throws where the Canary makes no sense, or has no pods to play. */
export function propsOf({ metadata, spec }: Manifest, around: readonly KubeObject[]): Props {
  const { name, namespace = 'default' } = metadata
  const head = { apiVersion, kind: 'Canary', metadata: { name, namespace } } as const
  const { canary, problems } = parseCanary(
    { ...head, spec },
    { meshProvider: defaultProvider, metricsServer },
  )
  const [problem] = problems
  if (problem !== undefined) throw new InvalidSpecError(problem)
  const { target, isStandIn } = targetOf(canary, around)
  const { autoscalerRef, ingressRef, routeRef, upstreamRef, suspend } = canary.spec
  const referred = [autoscalerRef, ingressRef, routeRef, upstreamRef].flatMap((ref) => ref ?? [])
  const there = around.filter((one) =>
    referred.some((ref) => ref.kind === one.kind && ref.name === one.metadata.name),
  )
  const isScaled = there.some(({ kind }) => kind === autoscalerRef?.kind)
  const metrics = metricsOf(canary, around)
  const webhooks = hooksOf(canary)
  return {
    ...{ canary, target },
    resource: { ...head, spec: playedSpec(canary.spec, { isScaled, metrics, webhooks }) },
    others: [
      ...there.map((one) => inPlay(one, namespace)),
      ...parentsOf(canary),
      ...metrics.templates,
    ],
    hooks: webhooks.byHost,
    metrics: metrics.byHost,
    assumed: [
      ...(isStandIn
        ? [
            `${target.kind.toLowerCase()}/${target.metadata.name} is not there: a stand-in is played`,
          ]
        : []),
      ...(autoscalerRef && !isScaled
        ? [`${autoscalerRef.kind} "${autoscalerRef.name}" is not there: nothing scales the pods`]
        : []),
      ...(suspend ? ['spec.suspend is not heeded'] : []),
    ],
  }
}

function playedSpec(
  { suspend: _, autoscalerRef, ...spec }: CanarySpec,
  of: { isScaled: boolean; metrics: { list: Metric[] }; webhooks: { list: Webhook[] } },
): CanarySpec {
  const { alerts: _alerts, ...analysis } = spec.analysis
  return {
    ...spec,
    ...(of.isScaled && autoscalerRef && { autoscalerRef }),
    metricsServer,
    analysis: { ...analysis, metrics: of.metrics.list, webhooks: of.webhooks.list },
  }
}

/** In the namespace of the play, without what a server adds. */
function inPlay(object: KubeObject, namespace: string): KubeObject {
  const { name, labels, annotations } = object.metadata
  const { status: _, ...rest } = object as KubeObject & { status?: unknown }
  const kept = { ...(labels && { labels }), ...(annotations && { annotations }) }
  return { ...rest, metadata: { name, namespace, ...kept } }
}

/** Gateways that the routes are to be at: that they exist is all that is asked of them. */
function parentsOf(canary: Canary): KubeObject[] {
  const { parents } = routerFor(canary.provider)
  const refs = parents?.({ canary, settings: usualSettings }).flatMap(({ ref }) => ref ?? []) ?? []
  const objects = refs.map(({ apiVersion, kind, namespace = '', name }) => ({
    ...{ apiVersion, kind, metadata: { name, namespace } },
    spec: {},
  }))
  return [...new Map(objects.map((one) => [refKey(refOf(one)), one])).values()]
}

/** The host of a hook tells what it is; of its requests nothing is looked at. */
function hooksOf({ analysis }: Canary) {
  const named = analysis.webhooks.map(({ name, type, call }, at) => {
    const host = `hook-${at}.rehearsal`
    return {
      host,
      hook: { name, type, url: `http://${host}/`, ...(type === 'rollback' && { call }) },
    }
  })
  return {
    list: named.map(({ hook }): Webhook => hook),
    byHost: new Map(named.map(({ host, hook }) => [host, hook.type])),
  }
}

/** Queries of its own a metric keeps, behind a template that leads to the Prometheus of the play. */
function metricsOf({ analysis, spec, namespace }: Canary, around: readonly KubeObject[]) {
  const byHost = new Map<string, Measured>()
  const templates: KubeObject[] = []
  const list = (spec.analysis.metrics ?? []).map((metric, at): Metric => {
    const { templateRef, query, ...rest } = metric
    if (isBuiltin(metric.name) && !templateRef) return metric
    const host = `metric-${at}.rehearsal`
    const { min, max } = analysis.metrics[at] ?? {}
    byHost.set(host, { name: metric.name, well: min ?? max ?? 0 })
    const name = `rehearsed-${at}`
    const asked = templateRef ? queryOf(templateRef.name, around) : query
    const provider = { type: 'prometheus', address: `http://${host}` }
    const template = { apiVersion, kind: 'MetricTemplate', metadata: { name, namespace } }
    templates.push(Object.assign(template, { spec: { provider, query: asked ?? 'unknown' } }))
    return { ...rest, templateRef: { name } }
  })
  return { list, templates, byHost }
}

/** Of a template for Prometheus; other services have languages of their own. */
function queryOf(name: string, around: readonly KubeObject[]): string | undefined {
  const found = around.find((one) => one.kind === 'MetricTemplate' && one.metadata.name === name)
  const { spec } = (found ?? {}) as { spec?: { query?: string; provider?: { type?: string } } }
  return spec?.provider?.type === 'prometheus' ? spec.query : undefined
}

/** The metric checks of a canary: what to ask, in order. `judge.ts` reads the answers. */
import type { EffectiveMetric } from '../canary/analysis.ts'
import type { Canary } from '../canary/canary.ts'
import type { Sharing } from '../canary/sharing.ts'
import { messageOf } from '../errors.ts'
import type { Find } from '../objects.ts'
import { forIngresses, forPods } from '../routers/checks.ts'
import { checksFor } from '../routers/index.ts'
import { shownAddress } from '../shown-address.ts'
import { type Budget, createBudget } from '../template/budget.ts'
import { measuredNames } from '../workloads/index.ts'
import { measuringProvider, metricsSource } from './builtin.ts'
import type { Question } from './conversation.ts'
import { prometheus } from './prometheus/provider.ts'
import type { MetricSource, QueryWindow, Samples } from './provider.ts'
import { requestsOf } from './requests.ts'
import { foreignQuery } from './templates/foreign.ts'
import {
  ingressNames,
  plainNames,
  type QueryModel,
  queryModel,
  renderQuery,
} from './templates/template.ts'
import { loadTemplate, sourceOf } from './templates/template-source.ts'

export type MetricKind =
  | 'request-success-rate'
  | 'request-duration'
  | 'inline'
  | 'template'
  | 'counts'

export interface MetricQuestion extends Question<Samples> {
  /** As it is sent. */
  query: string
  /** What precedes the reason where the source lacks what it needs. */
  building: string
}

export interface MetricCheck {
  metric: EffectiveMetric
  kind: MetricKind
  /** `podinfo.test` of the canary and of its target, as events name them. */
  canary: string
  target: string
  /** How events name the source of built-in metrics. */
  source: string
  /** From the unit of the answer to the unit of the bounds. */
  factor: 1 | 1000
  /** What precedes the provider's own error texts. */
  errorPrefix: string
  /** Renders the query: the question, or the text of the event that says why there is none. */
  ask(): MetricQuestion | { problem: string }
  /** The same for the number of requests, where a check needs it and somebody can tell. */
  askRequests?: () => MetricQuestion | { problem: string }
}

export interface MetricDeps {
  /** Finds MetricTemplates and Secrets. */
  find: Find
  /** The controller's `-mesh-provider`. */
  meshProvider: string
  now: Date
  /** Which templates of other namespaces may be used; absent, all. */
  sharing?: Sharing | undefined
  /** Queries name objects of the canary's namespace and of their template's only. */
  ownNamespacesOnly?: boolean
  /** What all queries together may cost to render; absent for one of their own. */
  budget?: Budget
}

interface Rendering extends MetricDeps {
  budget: Budget
}

/**
 * Every check in the order in which they run: built-in and inline ones first, then those of
 * templates. The first that fails ends the analysis of a tick.
 */
export function metricChecks(canary: Canary, given: MetricDeps): MetricCheck[] {
  const { metrics } = canary.analysis
  const deps = { budget: createBudget(), ...given }
  return [
    ...metrics.flatMap((metric) => ownChecks(canary, metric, deps)),
    ...metrics.flatMap((metric) => templateChecks(canary, metric, deps)),
  ]
}

/** Whether it is one of the two checks for which no template is needed. */
export const isBuiltin = (name: string): name is 'request-success-rate' | 'request-duration' =>
  name === 'request-success-rate' || name === 'request-duration'

/** The Prometheus server of the built-in and inline checks. */
export function ownSource({ metricsServer }: Canary): MetricSource {
  return { address: metricsServer, secret: {}, headers: {}, insecureSkipVerify: false }
}

function ownChecks(canary: Canary, metric: EffectiveMetric, deps: Rendering): MetricCheck[] {
  const checks: MetricCheck[] = []
  if (isBuiltin(metric.name)) checks.push(builtinCheck(canary, metric, metric.name, deps))
  const { query } = metric
  if (query === undefined) return checks
  const problem = `Prometheus query failed for ${metric.name}`
  const put = (text: string) => () =>
    askOwn(
      canary,
      { query: text, model: modelOf(canary, metric, deps), problem },
      { window: windowOf(metric, deps), budget: deps.budget },
    )
  const check = { ...common(canary, metric, deps), kind: 'inline' as const, ask: put(query) }
  return [...checks, { ...check, ...countedBy(metric, put) }]
}

/** Asks for the number of requests too, where a check needs that and there is a query for it. */
function countedBy(
  { minRequests, requestsQuery: own }: EffectiveMetric,
  put: (query: string) => MetricCheck['ask'],
  otherwise?: string,
): Pick<MetricCheck, 'askRequests'> {
  const query = own ?? otherwise
  return minRequests > 0 && query !== undefined ? { askRequests: put(query) } : {}
}

function builtinCheck(
  canary: Canary,
  metric: EffectiveMetric,
  kind: 'request-success-rate' | 'request-duration',
  deps: Rendering,
): MetricCheck {
  const base = common(canary, metric, deps)
  const observer = checksFor(measuringProvider(canary, deps.meshProvider))
  const isRate = kind === 'request-success-rate'
  const names = modelOf(canary, metric, deps)
  const model = observer.plainNames ? plainNames(names) : names
  const put = (text: string) => () => {
    const query = forIngresses(
      forPods(text, measuredNames(canary).podNameEnds),
      ingressNames(canary, observer),
    )
    return askOwn(
      canary,
      { query, model, problem: 'Prometheus query failed' },
      { window: windowOf(metric, deps), budget: deps.budget },
    )
  }
  return {
    ...base,
    kind,
    factor: isRate ? 1 : observer.toMs,
    errorPrefix: isRate && observer.bareErrors ? '' : 'running query failed: ',
    ask: put(isRate ? observer.successRate : observer.duration),
    ...countedBy(metric, put, requestsOf(observer)),
  }
}

function templateChecks(canary: Canary, metric: EffectiveMetric, deps: Rendering): MetricCheck[] {
  const { templateRef, query, name, counts } = metric
  const base = { ...common(canary, metric, deps), kind: 'template' as const }
  if (templateRef) {
    const put = (query?: string) => () =>
      askTemplate(canary, metric, deps, { ref: templateRef, ...(query !== undefined && { query }) })
    return [{ ...base, ask: put(), ...countedBy(metric, put) }]
  }
  // Counts alone are the judge's.
  if (query !== undefined || isBuiltin(name) || counts) return []
  const problem = `Metric query failed for ${name}: no usable metrics template and query were configured`
  return [{ ...base, ask: () => ({ problem }) }]
}

/** What every check of a metric has. */
export function common(
  canary: Canary,
  metric: EffectiveMetric,
  deps: MetricDeps,
): Omit<MetricCheck, 'kind' | 'ask'> {
  return {
    metric,
    canary: canary.label,
    target: `${canary.targetName}.${canary.namespace}`,
    source: metricsSource(canary, deps.meshProvider),
    factor: 1,
    errorPrefix: '',
  }
}

function askOwn(
  canary: Canary,
  of: { query: string; model: QueryModel; problem: string },
  { window, budget }: { window: QueryWindow; budget: Budget },
): ReturnType<MetricCheck['ask']> {
  const rendered = render(() => renderQuery(of.query, of.model, budget))
  if ('why' in rendered) return { problem: `${of.problem}: ${rendered.why}` }
  const { query } = rendered
  return {
    query,
    talk: prometheus.query({ ...ownSource(canary), query, window }),
    secret: {},
    building: `Error building Prometheus client for ${shownAddress(canary.metricsServer)} `,
  }
}

function askTemplate(
  canary: Canary,
  metric: EffectiveMetric,
  deps: Rendering,
  { ref, ...own }: { ref: { name: string; namespace: string }; query?: string },
): ReturnType<MetricCheck['ask']> {
  const { namespace } = canary
  const loaded = loadTemplate(ref, { find: deps.find, namespace, sharing: deps.sharing })
  if ('problem' in loaded) return { problem: `Metric ${loaded.problem}` }
  const { spec, provider, secret } = loaded
  const name = `Metric template ${ref.name}.${ref.namespace}`
  const model = modelOf(canary, metric, deps)
  const { budget } = deps
  const rendered = render(() =>
    ref.namespace === namespace
      ? renderQuery(own.query ?? spec.query, model, budget)
      : foreignQuery(spec, { model, budget, ...own }),
  )
  if ('why' in rendered) return { problem: `${name} query render error: ${rendered.why}` }
  const { query } = rendered
  const window = windowOf(metric, deps)
  const both = [...new Set([namespace, ref.namespace])]
  const namespaces = deps.ownNamespacesOnly ? { namespaces: both } : {}
  return {
    query,
    talk: provider.query({ ...sourceOf(spec, secret), ...namespaces, query, window }),
    secret,
    building: `${name} provider ${spec.provider.type} error: `,
  }
}

function render(put: () => string): { query: string } | { why: string } {
  try {
    return { query: put() }
  } catch (cause) {
    return { why: messageOf(cause) }
  }
}

function modelOf(canary: Canary, metric: EffectiveMetric, { find }: MetricDeps): QueryModel {
  const model = queryModel(canary, metric)
  return { ...model, route: measuredNames(canary).route?.({ canary, find }) ?? model.route }
}

const windowOf = ({ intervalMs }: EffectiveMetric, { now }: MetricDeps) => ({ now, intervalMs })

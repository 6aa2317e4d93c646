/** The analysis of a canary with every default applied. */
import type {
  AlertRef,
  Analysis,
  AnalysisMatch,
  CanaryPodSettings,
  CanarySpec,
  CountSelectors,
  JudgeSettings,
  Metric,
  MetricJudge,
  SessionAffinity,
  Severity,
  Webhook,
  WebhookType,
} from './api.gen.ts'
import { parseDuration, readDuration } from './duration.ts'
import { type EffectiveJudge, effectiveJudge } from './judging.ts'
import { withoutTraffic } from './providers.gen.ts'

export type Strategy = 'canary' | 'ab-testing' | 'blue-green'

export interface EffectiveAnalysis {
  intervalMs: number
  /** Failed checks at which the run is rolled back; at least 1. */
  threshold: number
  /** Failed checks in a row at which the run is rolled back; 0 for any number. */
  consecutiveThreshold: number
  /** 0 when the weights alone end the run. */
  iterations: number
  /** 0 when `stepWeights` are used, or none. */
  stepWeight: number
  /** Growing weights, the last at most 100; empty when `stepWeight` wins. */
  stepWeights: number[]
  /** Weight at which the promotion starts, 1 to 100. */
  maxWeight: number
  /** 0 moves all traffic back at once. */
  stepWeightPromotion: number
  mirror: boolean
  /** Percentage copied at first; 0 leaves it to the mesh. */
  mirrorWeight: number
  /** Added to the copied percentage after each passed check; 0 keeps it as it is. */
  stepMirrorWeight: number
  maxMirrorWeight: number
  primaryReadyThreshold: number
  canaryReadyThreshold: number
  /** Time between the canary becoming ready and the first metric check. */
  delayMs: number
  match: AnalysisMatch[]
  metrics: EffectiveMetric[]
  webhooks: EffectiveWebhook[]
  alerts: EffectiveAlert[]
  sessionAffinity: EffectiveAffinity | undefined
  /** Who compares the versions by counts; absent where ranges decide alone. */
  judge?: EffectiveJudge
  /** Of the canary pods only. */
  podSettings: CanaryPodSettings
}

export interface EffectiveMetric {
  name: string
  /** Window of the query, as `{{ interval }}` gives it. */
  interval: string
  intervalMs: number
  /** Accepted values, bounds included; with neither (`thresholdRange: {}`), any value passes. */
  min?: number
  max?: number
  query?: string
  templateRef?: { name: string; namespace: string }
  templateVariables: Record<string, string>
  noData: 'fail' | 'hold' | 'pass'
  /** Requests in the window without which nothing is decided; 0 decides whatever there was. */
  minRequests: number
  requestsQuery?: string
  /** Selectors of counters, by which the versions are compared. */
  counts?: CountSelectors & { templateRef?: { name: string; namespace: string } }
  /** What the judge does otherwise than for the other metrics. */
  judge?: MetricJudge
}

export interface EffectiveWebhook {
  name: string
  type: Exclude<WebhookType, ''>
  url: string
  timeoutMs: number
  /** Why the timeout can't be read; the call then fails with this text. */
  timeoutError?: string
  /** Further tries; at most `mostHookRetries`. */
  retries: number
  muteAlert: boolean
  disableTLS: boolean
  /** For type `rollback`: asked at each check, or called when a rollback happens. */
  call: 'poll' | 'onRollback'
  metadata: Record<string, string>
  /** Secret of the Canary's namespace with the token that is sent. */
  secretName?: string
}

export interface EffectiveAlert {
  name: string
  severity: Exclude<Severity, ''>
  providerRef: { name: string; namespace: string }
}

export interface EffectiveAffinity extends SessionAffinity {
  maxAge: number
}

const defaultIntervalMs = 60_000
const defaultMetricInterval = '1m'
const defaultTimeout = '10s'
const defaultIterations = 10
const defaultCookieAge = 86_400

/**
 * Further tries of one call, whatever the Canary says: with the waits between them these take
 * minutes, and requests to the canary wait as long.
 */
export const mostHookRetries = 10

/** What the effective analysis depends on beside the spec. */
export interface AnalysisContext {
  provider: string
  namespace: string
  minIntervalMs: number
  /** Where the spec names none. */
  judge?: JudgeSettings
}

/** Applies the defaults of the API, and of a provider that moves no traffic. */
export function effectiveAnalysis(spec: CanarySpec, context: AnalysisContext): EffectiveAnalysis {
  const { analysis } = spec
  const withoutRouting = !movesTraffic(context.provider)
  const iterations = Math.max(0, analysis.iterations ?? 0)
  const { canaryAnalysis = {} } = analysis
  const intervalMs = Math.max(
    parseDuration(analysis.interval) ?? defaultIntervalMs,
    context.minIntervalMs,
  )
  return {
    intervalMs,
    threshold: atLeastOne(analysis.threshold, 1),
    consecutiveThreshold: Math.max(0, analysis.consecutiveThreshold ?? 0),
    iterations: withoutRouting ? atLeastOne(iterations, defaultIterations) : iterations,
    ...weightsOf(analysis),
    stepWeightPromotion: percent(analysis.stepWeightPromotion, 0),
    // Nothing at most is nothing; a share of 0 would leave it to the mesh, which copies all.
    mirror: (analysis.mirror ?? false) && canaryAnalysis.maxMirrorWeight !== 0,
    mirrorWeight: percent(analysis.mirrorWeight, 0),
    stepMirrorWeight: percent(canaryAnalysis.stepWeightPromotion, 0),
    maxMirrorWeight: percent(canaryAnalysis.maxMirrorWeight, 100),
    primaryReadyThreshold: percent(analysis.primaryReadyThreshold, 100),
    canaryReadyThreshold: percent(analysis.canaryReadyThreshold, 100),
    delayMs: Math.max(0, parseDuration(analysis.delay ?? '0') ?? 0),
    match: withoutRouting ? [] : (analysis.match ?? []),
    metrics: (analysis.metrics ?? []).map((metric) => effectiveMetric(metric, context.namespace)),
    webhooks: (analysis.webhooks ?? []).map(effectiveWebhook),
    alerts: (analysis.alerts ?? []).map((alert) => effectiveAlert(alert, context.namespace)),
    sessionAffinity: effectiveAffinity(analysis.sessionAffinity),
    ...effectiveJudge(analysis.judge ?? context.judge, intervalMs),
    podSettings: canaryAnalysis.templateVariables ?? {},
  }
}

/** Whether a provider moves traffic before a promotion, and after it. */
export function movesTraffic(provider: string): boolean {
  return !withoutTraffic.includes(provider)
}

/**
 * How traffic is moved. Iterations beside weights are the number of checks in all, and the
 * weights still decide the strategy.
 */
export function strategyOf(analysis: EffectiveAnalysis, provider: string): Strategy {
  if (analysis.iterations === 0) return 'canary'
  if (analysis.match.length > 0) return 'ab-testing'
  const weights = analysis.stepWeight > 0 || analysis.stepWeights.length > 0
  return weights && movesTraffic(provider) ? 'canary' : 'blue-green'
}

/** The strategy that the spec names, whatever the provider makes of it; as Flagger tells it. */
export function writtenStrategy(analysis: Analysis): Strategy {
  const { iterations = 0, match = [], stepWeight = 0, stepWeights = [] } = analysis
  if (iterations < 1) return 'canary'
  if (match.length > 0) return 'ab-testing'
  return stepWeight > 0 || stepWeights.length > 0 ? 'canary' : 'blue-green'
}

function weightsOf({ stepWeight = 0, stepWeights = [], maxWeight }: Analysis) {
  const steps = stepWeights.map((weight) => percent(weight, 0))
  return {
    stepWeight: percent(stepWeight, 0),
    stepWeights: stepWeight > 0 ? [] : growing(steps),
    maxWeight: percent(atLeastOne(steps.at(-1) ?? maxWeight, 100), 100),
  }
}

function effectiveMetric(metric: Metric, namespace: string): EffectiveMetric {
  const { name, query, templateRef, templateVariables = {}, requestsQuery, counts, judge } = metric
  const interval = metric.interval || defaultMetricInterval
  return {
    name,
    interval,
    intervalMs: parseDuration(interval) ?? defaultIntervalMs,
    ...boundsOf(metric),
    ...(query ? { query } : {}),
    ...(templateRef && { templateRef: inNamespace(templateRef, namespace) }),
    templateVariables,
    noData: metric.noData ?? 'fail',
    minRequests: Math.max(0, metric.minRequests ?? 0),
    ...(requestsQuery ? { requestsQuery } : {}),
    ...(counts && { counts: countsOf(counts, namespace) }),
    ...(judge && { judge }),
  }
}

function countsOf({ templateRef, ...counts }: CountSelectors, namespace: string) {
  return { ...counts, ...(templateRef && { templateRef: inNamespace(templateRef, namespace) }) }
}

/**
 * The deprecated threshold is a minimum for the success rate and a maximum for all others. Flagger
 * takes 0 where there is neither: a count of errors is checked so, and must not pass unchecked.
 */
function boundsOf({ name, threshold = 0, thresholdRange }: Metric): { min?: number; max?: number } {
  if (thresholdRange) return thresholdRange
  return name === 'request-success-rate' ? { min: threshold } : { max: threshold }
}

function effectiveWebhook(webhook: Webhook): EffectiveWebhook {
  const { timeout = '' } = webhook
  const tooShort = webhook.type === 'event' ? timeout === '' : timeout.length < 2
  const read = readDuration(tooShort ? defaultTimeout : timeout)
  return {
    name: webhook.name,
    type: webhook.type || 'rollout',
    url: webhook.url,
    ...('ms' in read
      ? { timeoutMs: Math.max(0, read.ms) }
      : { timeoutMs: 0, timeoutError: read.error }),
    retries: Math.min(mostHookRetries, Math.max(0, webhook.retries ?? 0)),
    muteAlert: webhook.muteAlert ?? false,
    disableTLS: webhook.disableTLS ?? false,
    call: webhook.call ?? 'poll',
    metadata: webhook.metadata ?? {},
    ...(webhook.secretRef?.name && { secretName: webhook.secretRef.name }),
  }
}

function effectiveAlert(alert: AlertRef, namespace: string): EffectiveAlert {
  const { name, severity, providerRef } = alert
  return { name, severity: severity || 'info', providerRef: inNamespace(providerRef, namespace) }
}

function effectiveAffinity(affinity: SessionAffinity | undefined): EffectiveAffinity | undefined {
  return affinity && { ...affinity, maxAge: affinity.maxAge || defaultCookieAge }
}

function inNamespace(
  ref: { name: string; namespace?: string },
  namespace: string,
): { name: string; namespace: string } {
  return { name: ref.name, namespace: ref.namespace || namespace }
}

/** Each step moves traffic: a weight that is not above those before it is no step. */
function growing(weights: readonly number[]): number[] {
  const steps: number[] = []
  for (const weight of weights) if (weight > (steps.at(-1) ?? 0)) steps.push(weight)
  return steps
}

const atLeastOne = (value: number | undefined, otherwise: number): number =>
  value !== undefined && value > 0 ? value : otherwise

const percent = (value: number | undefined, otherwise: number): number =>
  Math.min(100, Math.max(0, value ?? otherwise))

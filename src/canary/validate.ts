/** What a Canary of the right shape can still get wrong. */

import { type EffectiveWebhook, mostHookRetries } from './analysis.ts'
import type { Canary } from './canary.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { nameProblems } from './generated-names.ts'
import { isKnative } from './names.ts'

export interface ValidationOptions {
  /** References may not leave the namespace of the Canary. */
  noCrossNamespaceRefs: boolean
}

/**
 * Reasons not to work on this canary, one sentence each; empty when there are none. It is for a
 * canary that `parseCanary` found no problems in, and does not repeat those. The texts of
 * Flagger's own checks are Flagger's, since users search for them.
 */
export function validate(canary: Canary, { noCrossNamespaceRefs }: ValidationOptions): string[] {
  const problems = [...knativeProblems(canary), ...cookieProblems(canary)]
  const ofTarget = [...targetProblems(canary), ...serviceProblems(canary)]
  const ours = [...ofTarget, ...nameProblems(canary), ...endlessProblems(canary)]
  return [
    ...(noCrossNamespaceRefs ? foreignReferences(canary) : []),
    ...problems,
    ...ours.map((problem) => `canary ${canary.label}: ${problem}`),
  ]
}

/** What is accepted but rarely meant, one sentence each. */
export function warnings(canary: Canary): string[] {
  const found = [...intervalWarnings(canary), ...weightWarnings(canary)]
  const more = [...metricWarnings(canary), ...webhookWarnings(canary)]
  return [...found, ...more, ...unusedWarnings(canary), ...alertWarnings(canary)].map(
    (warning) => `canary ${canary.label}: ${warning}`,
  )
}

function foreignReferences({ namespace, spec, analysis }: Canary): string[] {
  const references = [
    { kind: 'gloo upstream', ref: spec.upstreamRef },
    ...analysis.metrics.map(({ templateRef }) => ({ kind: 'metric template', ref: templateRef })),
    ...analysis.alerts.map(({ providerRef }) => ({ kind: 'alert provider', ref: providerRef })),
  ]
  return references.flatMap(({ kind, ref }) =>
    ref?.namespace && ref.namespace !== namespace
      ? [
          `can't access ${kind} ${ref.name}.${ref.namespace}, cross-namespace references are blocked`,
        ]
      : [],
  )
}

function knativeProblems({ spec, provider }: Canary): string[] {
  const { targetRef, autoscalerRef } = spec
  const problems: string[] = []
  if (isKnative(targetRef)) {
    if (provider !== 'knative')
      problems.push(`can't use ${provider} provider with Knative Service as target`)
    if (autoscalerRef) problems.push("can't use autoscaler with Knative Service")
  } else if (provider === 'knative') {
    const target = `${targetRef.apiVersion}/${targetRef.kind}`
    problems.push(`can't use ${target} as target if provider is set to knative`)
  }
  return problems
}

function cookieProblems({ analysis }: Canary): string[] {
  const { cookieName, primaryCookieName } = analysis.sessionAffinity ?? {}
  if (cookieName === undefined || cookieName !== primaryCookieName) return []
  return [
    "can't use the same cookie name for both primary and cookie name; please update them to be different",
  ]
}

function targetProblems({ spec }: Canary): string[] {
  const { kind, name } = spec.targetRef
  if (name !== '') return []
  return [`spec.targetRef.name is empty; set it to the name of the ${kind} to release`]
}

function serviceProblems({ spec }: Canary): string[] {
  if (spec.targetRef.kind === 'Service' || spec.service?.port) return []
  return ['spec.service.port is missing; set it to the port that users call']
}

/** Settings with which an analysis would never come to an end. */
function endlessProblems({ spec, analysis, strategy, skipAnalysis }: Canary): string[] {
  const problems: string[] = []
  const { stepWeight, stepWeights, iterations } = analysis
  if (!skipAnalysis && stepWeight === 0 && stepWeights.length === 0 && iterations === 0)
    problems.push(
      'spec.analysis would never end; set stepWeight, stepWeights or iterations to more than 0',
    )
  const given = spec.analysis.stepWeights ?? []
  const drop = given.findIndex((weight, index) => weight <= (given[index - 1] ?? -1))
  const areUsed = !skipAnalysis && strategy === 'canary' && stepWeight === 0
  if (areUsed && drop > 0)
    problems.push(
      `spec.analysis.stepWeights has ${given[drop]} after ${given[drop - 1]}; list growing weights`,
    )
  const { delay } = spec.analysis
  if (delay !== undefined && (parseDuration(delay) ?? -1) < 0)
    problems.push(`spec.analysis.delay "${delay}" is no duration; write it like 30s or 1m30s`)
  return problems
}

function intervalWarnings({ spec, analysis }: Canary): string[] {
  const { interval } = spec.analysis
  const used = formatDuration(analysis.intervalMs)
  const read = parseDuration(interval)
  if (read === undefined)
    return [
      `spec.analysis.interval "${interval}" is no duration, ${used} is used; write it like 1m`,
    ]
  if (read === analysis.intervalMs) return []
  return [`spec.analysis.interval ${interval} is too short, ${used} is used; set at least ${used}`]
}

function weightWarnings({ spec }: Canary): string[] {
  const { maxWeight = 0, stepWeight = 0, stepWeights = [] } = spec.analysis
  const found: string[] = []
  if ([maxWeight, ...stepWeights].some((weight) => weight > 100))
    found.push('spec.analysis has a weight over 100, which counts as 100; set at most 100')
  if (stepWeight > 0 && stepWeights.length > 0)
    found.push('spec.analysis.stepWeights is ignored beside stepWeight; remove one of them')
  return found
}

function metricWarnings({ spec, analysis }: Canary): string[] {
  return analysis.metrics.flatMap(({ name, interval, min, max, templateRef }, index) => {
    const field = `metric ${name} of spec.analysis`
    const found: string[] = []
    const { threshold, thresholdRange } = spec.analysis.metrics?.[index] ?? {}
    if (templateRef?.name === '')
      found.push(`${field} has no templateRef.name; set it to a MetricTemplate`)
    if (min === undefined && max === undefined)
      found.push(`${field} has an empty thresholdRange, so any value passes; set min or max`)
    if (threshold === undefined && thresholdRange === undefined)
      found.push(
        `${field} has no thresholdRange, so ${min === undefined ? 'nothing above 0' : 'any value'} passes; set min or max`,
      )
    if (min !== undefined && max !== undefined && min > max)
      found.push(`${field} has min ${min} above max ${max}, so no value passes; swap them`)
    if ((parseDuration(interval) ?? 0) <= 0)
      found.push(`${field} has interval "${interval}", which is no duration; write it like 1m`)
    return found
  })
}

function webhookWarnings({ spec, analysis }: Canary): string[] {
  return analysis.webhooks.flatMap((hook, index) => {
    const { call, retries = 0 } = spec.analysis.webhooks?.[index] ?? {}
    return hookWarnings(hook, { call, retries }).map(
      (what) => `webhook ${hook.name} of spec.analysis has ${what}`,
    )
  })
}

/** `written` is what the spec says of the hook, before limits and defaults. */
function hookWarnings(
  { type, url, timeoutError, metadata }: EffectiveWebhook,
  written: { call: string | undefined; retries: number },
): string[] {
  const found: string[] = []
  if (timeoutError !== undefined)
    found.push(`no valid timeout (${timeoutError}); write it like 10s`)
  if (!isWebAddress(url)) found.push('no http or https address in url; correct it')
  if (written.call !== undefined && type !== 'rollback')
    found.push('call, which only type rollback knows; remove it')
  const { method, cmd, type: runner } = metadata
  const isForLoadTester = cmd !== undefined || runner !== undefined
  if (method !== undefined && !isForLoadTester && !isMethod(method))
    found.push('an unknown metadata.method, POST is used; correct it')
  if (written.retries > mostHookRetries)
    found.push(
      `retries ${written.retries}, of which ${mostHookRetries} are made; set at most ${mostHookRetries}`,
    )
  return found
}

function isMethod(text: string): boolean {
  return /^(get|post|put|patch|delete)$/i.test(text.trim())
}

function isWebAddress(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '')
}

/** Providers whose routes can hold users by cookie, or copy requests. */
const meshesWithHttp = /^(istio|gatewayapi)/

/** Fields that the provider, or another field, takes the effect of. */
function unusedWarnings({ provider, analysis, spec }: Canary): string[] {
  const { sessionAffinity, match } = analysis
  const found: string[] = []
  if (sessionAffinity && !meshesWithHttp.test(provider))
    found.push(`spec.analysis.sessionAffinity has no effect with provider ${provider}; remove it`)
  if (spec.analysis.mirror && provider === 'kubernetes')
    found.push('spec.analysis.mirror has no effect with provider kubernetes; remove it')
  if (sessionAffinity?.primaryCookieName && match.length > 0)
    found.push(
      'spec.analysis.sessionAffinity.primaryCookieName has no effect beside match, ' +
        'which decides who is on the primary; remove it',
    )
  return found
}

function alertWarnings({ analysis }: Canary): string[] {
  return analysis.alerts.flatMap(({ name, providerRef }) =>
    providerRef.name === ''
      ? [`alert ${name} of spec.analysis has no providerRef.name; set it to an AlertProvider`]
      : [],
  )
}

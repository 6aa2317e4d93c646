/** Analyses that come to another end than they look like. Pure. */
import { weightSteps } from '../analysis/weights.ts'
import type { Analysis } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import { formatDuration, shortDuration } from '../canary/duration.ts'
import { routerFor } from '../routers/index.ts'
import { usualSettings } from '../routers/router.ts'
import { error, type Remark, warning } from './finding.ts'
import { judgeRemarks } from './judge-rules.ts'

/** What of `spec.analysis` is wrong, or comes to something else than it looks like. */
export function analysisRemarks(canary: Canary): Remark[] {
  return [
    ...weights(canary),
    ...matching(canary),
    ...mirroring(canary),
    ...durations(canary),
    ...hookTimes(canary),
    ...load(canary),
    ...judgeRemarks(canary),
  ]
}

function weights({ spec }: Canary): Remark[] {
  return [
    ...listedWeights(spec.analysis),
    ...largestWeight(spec.analysis),
    ...failuresAllowed(spec.analysis),
  ]
}

function listedWeights({ stepWeights }: Analysis): Remark[] {
  if (stepWeights === undefined) return []
  const at = 'spec.analysis.stepWeights'
  if (stepWeights.length === 0) return [error('LNT012', at, `${at} is empty; list weights`)]
  const isWrong = stepWeights.some((weight) => weight <= 0)
  return isWrong ? [error('LNT012', at, `${at} must be over 0, and at most 100`)] : []
}

/** What the first, or the last, step makes of `maxWeight`. */
function largestWeight({ maxWeight, stepWeight = 0 }: Analysis): Remark[] {
  if (maxWeight === undefined) return []
  const at = 'spec.analysis.maxWeight'
  const what = `${at} ${maxWeight}`
  if (maxWeight <= 0 || maxWeight > 100)
    return [error('LNT014', at, `${what} must be over 0, and at most 100`)]
  if (stepWeight > maxWeight) {
    const first = `users of the canary are ${stepWeight} percent at once`
    return [error('LNT014', at, `${what} is under the first step, ${stepWeight}: ${first}`)]
  }
  if (stepWeight <= 0 || isMultiple(maxWeight, stepWeight)) return []
  const last = weightSteps({ stepWeight, stepWeights: [], maxWeight }).at(-1)
  const message = `${what} is no multiple of stepWeight ${stepWeight}: the last weight is ${last}`
  return [warning('LNT021', at, message)]
}

function failuresAllowed({ threshold }: Analysis): Remark[] {
  if (threshold !== undefined) return []
  const at = 'spec.analysis'
  const message = `${at}.threshold is missing and counts as 1: one failed check rolls back`
  return [warning('LNT015', at, message)]
}

function matching({ analysis, spec }: Canary): Remark[] {
  const { match = [], iterations = 0 } = spec.analysis
  if (match.length === 0 || iterations > 0 || analysis.stepWeight > 0) return []
  if (analysis.stepWeights.length > 0) return []
  const at = 'spec.analysis.match'
  return [
    error('LNT016', at, `${at} needs iterations, the number of checks of an A/B test; set it`),
  ]
}

function mirroring(canary: Canary): Remark[] {
  const { provider, spec } = canary
  const { mirror } = routerFor(provider).abilities({ canary, settings: usualSettings })
  if (!spec.analysis.mirror || mirror) return []
  const at = 'spec.analysis.mirror'
  return [error('LNT017', at, `${at} can't be had from provider ${provider}; remove it`)]
}

const dayMs = 24 * 3_600_000

function durations({ analysis, strategy }: Canary): Remark[] {
  const { intervalMs, iterations, metrics } = analysis
  const steps =
    strategy === 'canary' ? Math.max(weightSteps(analysis).length, iterations) : iterations
  const wholeMs = steps * intervalMs
  const whole = shortDuration(formatDuration(wholeMs))
  const at = 'spec.analysis'
  const long = metrics.findIndex((metric) => wholeMs > 0 && metric.intervalMs > wholeMs)
  return [
    ...(wholeMs > dayMs
      ? [warning('LNT022', `${at}.interval`, `${at} takes ${whole}, more than a day, to promote`)]
      : []),
    ...(long >= 0
      ? [
          warning(
            'LNT022',
            `${at}.metrics[${long}].interval`,
            `${at}.metrics[${long}] looks back ${metrics[long]?.interval}, and the whole run takes ${whole}: it measures the time before`,
          ),
        ]
      : []),
  ]
}

function hookTimes({ analysis }: Canary): Remark[] {
  const hooks = analysis.webhooks.filter(({ type }) => type === 'rollout')
  const sumMs = hooks.reduce((sum, { timeoutMs, retries }) => sum + timeoutMs * (retries + 1), 0)
  if (sumMs <= analysis.intervalMs) return []
  const [sum, interval] = [sumMs, analysis.intervalMs].map((ms) =>
    shortDuration(formatDuration(ms)),
  )
  const at = 'spec.analysis.webhooks'
  const message = `${at} of type rollout may take ${sum}, longer than the interval ${interval}: checks come late`
  return [warning('LNT042', at, message)]
}

const loads = /load|hey|wrk|k6|ghz|artillery|vegeta|fortio/i

/** A canary without requests has no values: then a built-in metric fails. */
function load({ analysis, spec, metadata }: Canary): Remark[] {
  const builtin = analysis.metrics.some(({ name }) => name.startsWith('request-'))
  const isTested = analysis.webhooks.some(({ name, url, metadata: { cmd = '' } }) =>
    [name, url, cmd].some((text) => loads.test(text)),
  )
  const isNoted = metadata.annotations?.['flagger.app/real-traffic'] !== undefined
  if (!builtin || isTested || isNoted || spec.skipAnalysis) return []
  const at = 'spec.analysis.webhooks'
  const message = `${at} has no load test: without requests the metrics have no values, and a check without values fails; add one, or note real traffic by the annotation flagger.app/real-traffic`
  return [warning('LNT043', at, message)]
}

/** Both in tenths, which halves of decimals do not blur. */
function isMultiple(weight: number, step: number): boolean {
  return Math.round(weight * 10) % Math.max(1, Math.round(step * 10)) === 0
}

/** Analyses that come to another end than they look like. Pure. */
import { weightSteps } from '../analysis/weights.ts'
import type { Canary } from '../canary/canary.ts'
import { formatDuration, shortDuration } from '../canary/duration.ts'
import { routerFor } from '../routers/index.ts'
import { usualSettings } from '../routers/router.ts'
import { error, type Remark, warning } from './finding.ts'
import { judgeRemarks } from './judge-rules.ts'

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
  const { stepWeights, stepWeight = 0, maxWeight, threshold } = spec.analysis
  const at = 'spec.analysis'
  const found: Remark[] = []
  if (stepWeights?.length === 0)
    found.push(error('LNT012', `${at}.stepWeights`, `${at}.stepWeights is empty; list weights`))
  if (stepWeights?.some((weight) => weight <= 0))
    found.push(
      error('LNT012', `${at}.stepWeights`, `${at}.stepWeights must be over 0, and at most 100`),
    )
  if (maxWeight !== undefined && (maxWeight <= 0 || maxWeight > 100))
    found.push(
      error(
        'LNT014',
        `${at}.maxWeight`,
        `${at}.maxWeight ${maxWeight} must be over 0, and at most 100`,
      ),
    )
  else if (maxWeight !== undefined && stepWeight > maxWeight)
    found.push(
      error(
        'LNT014',
        `${at}.maxWeight`,
        `${at}.maxWeight ${maxWeight} is under the first step, ${stepWeight}: users of the canary are ${stepWeight} percent at once`,
      ),
    )
  else if (maxWeight !== undefined && stepWeight > 0 && !isMultiple(maxWeight, stepWeight)) {
    const last = weightSteps({ stepWeight, stepWeights: [], maxWeight }).at(-1)
    const message = `${at}.maxWeight ${maxWeight} is no multiple of stepWeight ${stepWeight}: the last weight is ${last}`
    found.push(warning('LNT021', `${at}.maxWeight`, message))
  }
  if (threshold === undefined)
    found.push(
      warning(
        'LNT015',
        at,
        `${at}.threshold is missing and counts as 1: one failed check rolls back`,
      ),
    )
  return found
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

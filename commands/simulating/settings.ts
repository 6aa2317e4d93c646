/** What the flags of simulate say of versions and their users. */
import type { Canary } from '../../src/canary/canary.ts'
import { formatDuration, shortDuration } from '../../src/canary/duration.ts'
import { UsageError } from '../../src/errors.ts'
import { routerFor } from '../../src/routers/index.ts'
import { usualSettings } from '../../src/routers/router.ts'
import type { Load } from '../../src/simulation/traffic.ts'
import { readTime } from '../input/durations.ts'
import { clean } from '../output/clean.ts'

export interface Settings {
  podReadyMs: number
  latencyMs: number
  /** Absent where a play does not look at it. */
  primaryLatencyMs?: number
  usersPerSecond: number
  /** Share of the primary's requests that fail. */
  primaryErrorRate: number
  /** Absent: as the Canary has a load test or not. */
  testsPerSecond: number | undefined
  matching: number
}

export interface SettingsFlags {
  'pod-ready': string
  latency: string
  'primary-latency'?: string
  requests: number
  'primary-error-rate': string
  'test-requests'?: number | undefined
  matching: number
}

/** Throws UsageError for what is no duration. */
export function settingsOf(flags: SettingsFlags): Settings {
  const ofPrimary = flags['primary-latency']
  return {
    ...(ofPrimary !== undefined && {
      primaryLatencyMs: readTime('--primary-latency', ofPrimary),
    }),
    podReadyMs: readTime('--pod-ready', flags['pod-ready']),
    latencyMs: readTime('--latency', flags.latency),
    usersPerSecond: flags.requests,
    primaryErrorRate: primaryRate(flags['primary-error-rate']),
    testsPerSecond: flags['test-requests'],
    matching: flags.matching / 100,
  }
}

/** Who sends what to a canary that fails so often. */
export function sceneOf(
  { analysis }: Pick<Canary, 'analysis'>,
  errorRate: number,
  { podReadyMs, latencyMs, primaryLatencyMs: _, ...of }: Settings,
): { podReadyMs: number; load: Load } {
  const testsPerSecond = of.testsPerSecond ?? usualTests({ analysis })
  return { podReadyMs, load: { ...of, canary: { errorRate, latencyMs }, testsPerSecond } }
}

/** Requests in a second of a load test, where the Canary has one. */
export function usualTests({ analysis }: Pick<Canary, 'analysis'>): number {
  return analysis.webhooks.some(({ type }) => type === 'rollout') ? 10 : 0
}

/**
 * The error rates to play, and how often: one run has one, and many have no picture. Throws
 * UsageError.
 */
export function ratesOf(flags: {
  runs: number
  plot?: string | undefined
  'error-rate': string
}): number[] {
  const rates = errorRates(flags['error-rate'])
  if (flags.runs > 1 && flags.plot !== undefined)
    throw new UsageError('a picture is of one run: leave out --runs or --plot')
  if (flags.runs === 1 && rates.length > 1)
    throw new UsageError('one run has one error rate: give one, or --runs=200 to compare them')
  return rates
}

/** Shares of requests, 0 to 1, from percentages such as `0.1,1,5`. Throws UsageError. */
export function errorRates(text: string): number[] {
  return text.split(',').map((word) => {
    const percent = Number(word.trim().replace(/%$/, ''))
    if (word.trim() !== '' && percent >= 0 && percent <= 100) return percent / 100
    throw new UsageError(
      `invalid argument "${text}" for "--error-rate" flag: percentages from 0 to 100, such as 0.1,1,5`,
    )
  })
}

/** One share, 0 to 1, from a percentage. Throws UsageError. */
function primaryRate(text: string): number {
  const percent = Number(text.trim().replace(/%$/, ''))
  if (text.trim() !== '' && percent >= 0 && percent <= 100) return percent / 100
  throw new UsageError(
    `invalid argument "${text}" for "--primary-error-rate" flag: a percentage from 0 to 100, such as 0.5`,
  )
}

/** How many seconds of a run are shown in one; 0 shows all at once. Throws UsageError. */
export function speedOf(text: string): number {
  const speed = Number(text.trim().replace(/x$/, ''))
  if (text.trim() !== '' && speed >= 0 && Number.isFinite(speed)) return speed
  throw new UsageError(`invalid argument "${text}" for "--speed" flag: a number, such as 60`)
}

interface Assumed {
  /** Absent: as the Canary has a load test or not. */
  testsPerSecond: number | undefined
  /** Metrics whose values are given. */
  recorded?: readonly string[] | undefined
  gateDelayMs?: number
}

/** What is taken for granted of this Canary, one sentence each. */
export function assumptions(
  canary: Canary,
  { testsPerSecond = usualTests(canary), recorded = [], gateDelayMs = 0 }: Assumed,
): string[] {
  const { analysis, skipAnalysis } = canary
  const others = analysis.metrics
    .map(({ name }) => name)
    .filter((name) => name !== 'request-success-rate' && name !== 'request-duration')
    .filter((name) => !recorded.includes(name))
  const measured = analysis.metrics.length - others.length - recorded.length
  const isUncalled = measured > 0 && testsPerSecond === 0
  const hooks = analysis.webhooks.map(({ name }) => name)
  const delay = shortDuration(formatDuration(gateDelayMs))
  const later = gateDelayMs > 0 ? `, gates after ${delay}` : ''
  return [
    ...(skipAnalysis ? ['skipAnalysis is set: the run is promoted without checks'] : []),
    ...(analysis.judge ? ['the judge sees failures that are independent of each other'] : []),
    ...(others.length > 0 ? [`taken for well: the metrics ${clean(others.join(', '))}`] : []),
    ...(isUncalled && !hasUsers(canary) ? [uncalled] : []),
    ...(hooks.length > 0 ? [`taken to say yes${later}: the hooks ${clean(hooks.join(', '))}`] : []),
  ]
}

const uncalled =
  'nobody calls the canary before everybody is switched, and metrics have no values: --test-requests=10 plays a load test'

/** Whether users come to it while it is checked. */
function hasUsers(canary: Canary): boolean {
  return routerFor(canary.provider).abilities({ canary, settings: usualSettings }).weights
}

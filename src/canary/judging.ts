/** The settings of the judge with every default applied. */
import type { JudgeSettings, MetricJudge } from './api.gen.ts'
import { parseDuration } from './duration.ts'

/** Rates and probabilities are shares, 0.01 for 1 %. */
export interface EffectiveJudge extends EffectiveRules {
  falseRollback: number
  missed: number
  require: 'Ratio' | 'Objective'
  /** Time between looks; never longer than the interval of the analysis. */
  intervalMs: number
  /** Looks begin so long after the first traffic. */
  warmupMs: number
  /** How late samples arrive. */
  delayMs: number
  /** How long a run is judged at most; absent where the schedule says it. */
  limitMs?: number
  onInconclusive: 'Hold' | 'Promote' | 'Rollback'
  /** When the primary fails far more often than usual. */
  onIncident: 'Hold' | 'Rollback'
  /** `Skip`: a canary that is proven takes no further steps. */
  steps: 'Keep' | 'Skip'
  /** A canary that has passed is looked at so long before it is promoted. */
  soakMs: number
  /** Failures that count as one, since clients retry; absent: the primary's history says it. */
  cluster?: number
  /** How far back that is read; 0 reads none. */
  historyMs: number
}

/** What one metric may have otherwise. */
export interface EffectiveRules {
  /** `Shadow` notes what it would do, and moves nothing. */
  mode: 'Enforce' | 'Shadow' | 'Off'
  ratio: number
  ignoreBelow: number
  compareTo: 'Primary' | 'Objective'
  /** The share of requests of which `request-duration` speaks. */
  quantile: number
}

const weekMs = 7 * 24 * 3_600_000
const dayMs = 24 * 3_600_000
const longestDelayMs = 10 * 60_000
const shortestIntervalMs = 10_000

/** None where there is no judge, or it is off. `analysisMs` is the interval of the analysis. */
export function effectiveJudge(
  settings: JudgeSettings | undefined,
  analysisMs: number,
): { judge?: EffectiveJudge } {
  if (!settings || settings.mode === 'Off') return {}
  const { falseRollback, missed, cluster, interval } = settings
  const limitMs = parseDuration(settings.limit ?? '')
  const everyMs = lasting(interval, { most: analysisMs, otherwise: analysisMs })
  return {
    judge: {
      ...rulesWith(settings, standard),
      require: settings.require ?? 'Ratio',
      falseRollback: within(falseRollback, { least: 0.01, most: 20, otherwise: 1 }) / 100,
      missed: within(missed, { least: 0.01, most: 50, otherwise: 5 }) / 100,
      intervalMs: Math.min(analysisMs, Math.max(shortestIntervalMs, everyMs)),
      warmupMs: lasting(settings.warmup, { most: weekMs }),
      delayMs: lasting(settings.delay, { most: longestDelayMs }),
      soakMs: lasting(settings.soak, { most: dayMs }),
      onInconclusive: settings.onInconclusive ?? 'Hold',
      onIncident: settings.onIncident ?? 'Hold',
      steps: settings.steps ?? 'Keep',
      ...(cluster !== undefined && {
        cluster: within(cluster, { least: 1, most: 100, otherwise: 3 }),
      }),
      historyMs: lasting(settings.history, { most: weekMs, otherwise: 6 * 3_600_000 }),
      ...(limitMs !== undefined && limitMs > 0 && { limitMs }),
    },
  }
}

const standard: EffectiveRules = {
  mode: 'Enforce',
  compareTo: 'Primary',
  ratio: 2,
  ignoreBelow: 0.001,
  quantile: 0.99,
}

/** The rules of one metric: those of the Canary, where it has none of its own. */
export function judgeOf(judge: EffectiveJudge, own: MetricJudge | undefined): EffectiveJudge {
  if (!own) return judge
  const rules = rulesWith(own, judge)
  // A shadow moves nothing, whatever one of its metrics says.
  return {
    ...judge,
    ...rules,
    ...(judge.mode === 'Shadow' && enforced(rules) && { mode: 'Shadow' }),
  }
}

const enforced = ({ mode }: EffectiveRules): boolean => mode === 'Enforce'

function rulesWith(own: MetricJudge, otherwise: EffectiveRules): EffectiveRules {
  const { ignoreBelow = 100 * otherwise.ignoreBelow } = own
  const { mode = otherwise.mode, compareTo = otherwise.compareTo } = own
  return {
    ...{ mode, compareTo },
    ratio: within(own.ratio, { least: 1.2, most: 10, otherwise: otherwise.ratio }),
    ignoreBelow: within(ignoreBelow, { least: 0, most: 50, otherwise: 0 }) / 100,
    quantile: within(own.quantile, { least: 0.5, most: 0.9999, otherwise: otherwise.quantile }),
  }
}

/** Of a duration in text, in milliseconds; what can't be read is as if it were not there. */
function lasting(
  text: string | undefined,
  { most, otherwise = 0 }: { most: number; otherwise?: number },
): number {
  const ms = parseDuration(text ?? '') ?? otherwise
  return Math.min(most, Math.max(0, ms))
}

/** Flagger's definition prunes the field, and an old one may let another number through. */
function within(
  value: number | undefined,
  { least, most, otherwise }: { least: number; most: number; otherwise: number },
): number {
  return value === undefined ? otherwise : Math.min(most, Math.max(least, value))
}

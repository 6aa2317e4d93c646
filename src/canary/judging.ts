/** The settings of the judge with every default applied. */
import type { JudgeSettings } from './api.gen.ts'
import { parseDuration } from './duration.ts'

/** Rates and probabilities are shares, 0.01 for 1 %. */
export interface EffectiveJudge {
  /** `Shadow` notes what it would do, and moves nothing. */
  mode: 'Enforce' | 'Shadow'
  ratio: number
  ignoreBelow: number
  falseRollback: number
  missed: number
  require: 'Ratio' | 'Objective'
  compareTo: 'Primary' | 'Objective'
  /** How late samples arrive. */
  delayMs: number
  /** How long a run is judged at most; absent where the schedule says it. */
  limitMs?: number
  onInconclusive: 'Hold' | 'Promote' | 'Rollback'
  /** Failures that count as one, since clients retry; absent: the primary's history says it. */
  cluster?: number
  /** How far back that is read; 0 reads none. */
  historyMs: number
}

const weekMs = 7 * 24 * 3_600_000
const longestDelayMs = 10 * 60_000

/** None where there is no judge, or it is off. */
export function effectiveJudge(settings: JudgeSettings | undefined): { judge?: EffectiveJudge } {
  if (!settings || settings.mode === 'Off') return {}
  const { ratio, ignoreBelow, falseRollback, missed, cluster } = settings
  const { mode = 'Enforce', require = 'Ratio', compareTo = 'Primary' } = settings
  const limitMs = parseDuration(settings.limit ?? '')
  return {
    judge: {
      ...{ mode, require, compareTo },
      ratio: within(ratio, { least: 1.2, most: 10, otherwise: 2 }),
      ignoreBelow: within(ignoreBelow, { least: 0, most: 50, otherwise: 0.1 }) / 100,
      falseRollback: within(falseRollback, { least: 0.01, most: 20, otherwise: 1 }) / 100,
      missed: within(missed, { least: 0.01, most: 50, otherwise: 5 }) / 100,
      delayMs: Math.min(longestDelayMs, Math.max(0, parseDuration(settings.delay ?? '0s') ?? 0)),
      ...(cluster !== undefined && {
        cluster: within(cluster, { least: 1, most: 100, otherwise: 3 }),
      }),
      historyMs: Math.min(weekMs, Math.max(0, parseDuration(settings.history ?? '6h') ?? 0)),
      ...(limitMs !== undefined && limitMs > 0 && { limitMs }),
      onInconclusive: settings.onInconclusive ?? 'Hold',
    },
  }
}

/** Flagger's definition prunes the field, and an old one may let another number through. */
function within(
  value: number | undefined,
  { least, most, otherwise }: { least: number; most: number; otherwise: number },
): number {
  return value === undefined ? otherwise : Math.min(most, Math.max(least, value))
}

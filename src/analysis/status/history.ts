/** The record of a run that has ended; the last ten are kept in the status. */

import type {
  FailedCheck,
  ImageChange,
  RequestAnswer,
  RunRecord,
  RunRequest,
  RunResult,
  RunStatus,
  CheckResult as StoredCheck,
} from '../../canary/api.gen.ts'
import { stamp } from '../../stamp.ts'
import type { Observation, StatusChange } from '../decision.ts'
import { lastWeight } from '../weights.ts'
import { runOf } from './status.ts'

const maxRuns = 10
const maxChecks = 5
/** So many runs keep the looks of the judge, unless they have too many letters. */
const maxJudged = 3
const longestJudge = 32_768

/** The status with one more run in `history`, and the run's own state closed. */
export function ended(
  seen: Observation,
  of: {
    result: RunResult
    reason: string
    by?: string | undefined
    /** The pods did not become ready in time. */
    isTooLate?: boolean | undefined
  },
): StatusChange {
  const { status } = seen.canary
  const run = runOf(seen)
  const record: RunRecord = {
    id: run.runId ?? (status.history?.[0]?.id ?? 0) + 1,
    revision: run.revision ?? seen.workload.revision,
    images: run.images ?? imageChanges(seen),
    result: of.result,
    reason: of.reason,
    ...(run.startedAt !== undefined && { startedAt: run.startedAt }),
    endedAt: stamp(seen.now),
    failedChecks: status.failedChecks ?? 0,
    weight: highestWeight(seen, of.result),
    requests: requestsSince(status.requests ?? {}, run.startedAt),
    ...(of.by !== undefined && { by: of.by }),
    ...failures(run.checks ?? []),
    ...(of.isTooLate && lateness(seen)),
    ...looksOf(run),
  }
  const { gate: _, nextTickAt: __, ...rest } = run
  const before = (status.history ?? []).map((one, at) => (at < maxJudged - 1 ? one : unjudged(one)))
  return {
    history: [record, ...before].slice(0, maxRuns),
    canaryAnalysis: { ...rest, weight: 0, mirrored: false, reason: of.reason },
  }
}

/** What the judge saw, so that it can be judged once more. */
function looksOf({ judge }: RunStatus): Pick<RunRecord, 'judge'> {
  return judge && JSON.stringify(judge).length <= longestJudge ? { judge } : {}
}

const unjudged = ({ judge: _, ...record }: RunRecord): RunRecord => record

/** Those that fail now come first: they are why the run ended. */
function failures(checks: readonly StoredCheck[]): Pick<RunRecord, 'checks'> {
  const failed = checks.filter((check) => check.failed > 0 || !check.ok)
  const inOrder = [...failed.filter(({ ok }) => !ok), ...failed.filter(({ ok }) => ok)]
  const recorded = inOrder.map(({ query: _, ...check }): FailedCheck => check)
  return recorded.length > 0 ? { checks: recorded.slice(0, maxChecks) } : {}
}

function lateness({
  canary,
  podTroubles,
}: Observation): Pick<RunRecord, 'pods' | 'deadlineSeconds'> {
  const { progressDeadlineSeconds: deadlineSeconds } = canary
  return { deadlineSeconds, ...(podTroubles?.length && { pods: podTroubles }) }
}

/** The images that a run changes, by container. */
export function imageChanges({ workload }: Observation): ImageChange[] {
  return workload.images
    .filter(({ primary, target }) => primary !== target)
    .map(({ container, primary, target }) => ({
      container,
      ...(primary !== undefined && { from: primary }),
      to: target,
    }))
}

/** Weights only grow in a run, and a promoted one had them all. */
function highestWeight({ canary, abilities, routes }: Observation, result: RunResult): number {
  if (!abilities.weights || result === 'Skipped') return 0
  if (result === 'Succeeded')
    return canary.strategy === 'canary' ? lastWeight(canary.analysis) : 100
  const now = routes === undefined || 'unreadable' in routes ? 0 : routes.canary
  return Math.max(now, canary.status.canaryAnalysis?.weight ?? 0)
}

/** What people asked for during a run, as far as the answers still tell. */
export function requestsSince(
  answers: Readonly<Record<string, RequestAnswer>>,
  startedAt: string | undefined,
): RunRequest[] {
  return Object.entries(answers)
    .filter(([, { at = '' }]) => startedAt !== undefined && at >= startedAt)
    .map(([verb, { by, result, at, reason }]) => ({
      verb,
      result,
      ...(by !== undefined && { by }),
      ...(at !== undefined && { at }),
      ...(reason !== undefined && { reason }),
    }))
}

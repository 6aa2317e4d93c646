/** The run in progress, or the last one. Pure. */
import type { RunRecord } from '../../canary/api.gen.ts'
import type { Canary } from '../../canary/canary.ts'
import { isUnderWay } from '../../canary/phases.ts'
import { causeOf } from './cause.ts'

export interface LastRun {
  id: number
  startedAt: string | null
  endedAt: string | null
  reason: string | null
  /** How it ended; null while it runs. */
  result: string | null
  /** Why it ended, with the check or the pods behind the reason. */
  cause: string | null
  /** Who ended it, if a person did. */
  by: string | null
}

/** Null where there has been none. */
export function lastRunOf({ status }: Canary): LastRun | null {
  const run = status.canaryAnalysis
  const [last] = status.history ?? []
  if (run?.runId === undefined) return last ? endedRun(last) : null
  if (!isUnderWay(status.phase) && last?.id === run.runId)
    return { ...endedRun(last), startedAt: last.startedAt ?? run.startedAt ?? null }
  const reason = run.reason ?? null
  const startedAt = run.startedAt ?? null
  return { id: run.runId, startedAt, endedAt: null, reason, result: null, cause: reason, by: null }
}

function endedRun(record: RunRecord): LastRun {
  return {
    id: record.id,
    startedAt: record.startedAt ?? null,
    endedAt: record.endedAt ?? null,
    reason: record.reason ?? null,
    result: record.result,
    cause: causeOf(record) || null,
    by: record.by ?? null,
  }
}

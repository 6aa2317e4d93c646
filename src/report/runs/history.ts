/** `CanaryHistory`: the runs of a canary, as far as its status still knows them. Pure. */
import type { FailedCheck, ImageChange, PodTrouble, RunRequest } from '../../canary/api.gen.ts'
import type { Canary } from '../../canary/canary.ts'
import { isUnderWay } from '../../canary/phases.ts'
import { causeOf } from './cause.ts'
import type { EvidenceRow } from './evidence.ts'

export interface RunReport {
  id: number
  /** `Running`, `Waiting` for the approval to begin, or how it ended. */
  result: string
  revision: string | null
  startedAt: string | null
  endedAt: string | null
  images: ImageChange[]
  failedChecks: number
  /** Highest share of the traffic that the canary had. */
  weight: number | null
  /** Who ended it, if a person did. */
  by: string | null
  /** Why it ended, in one sentence. */
  cause: string | null
  checks: FailedCheck[]
  deadlineSeconds: number | null
  pods: PodTrouble[]
  requests: RunRequest[]
}

export interface CanaryHistory {
  apiVersion: 'cli.canary/v1'
  kind: 'CanaryHistory'
  metadata: { name: string; namespace: string }
  /** Newest first. */
  runs: RunReport[]
  /** Looks of the judge in the last run, where somebody asks for them. */
  evidence?: EvidenceRow[]
  /** Null where the status has no room for runs: Flagger's definitions have none. */
  source: 'status' | null
}

/** The run in progress and those that have ended. */
export function historyOf(canary: Canary): CanaryHistory {
  const { name, namespace, status } = canary
  const ended = (status.history ?? []).map(
    (record): RunReport => ({
      ...blank,
      ...record,
      cause: causeOf(record) || null,
    }),
  )
  const runs = [...current(canary), ...ended]
  return {
    apiVersion: 'cli.canary/v1',
    kind: 'CanaryHistory',
    metadata: { name, namespace },
    runs,
    source: runs.length > 0 || status.controller !== undefined ? 'status' : null,
  }
}

const blank = {
  revision: null,
  startedAt: null,
  endedAt: null,
  images: [],
  failedChecks: 0,
  weight: null,
  by: null,
  checks: [],
  deadlineSeconds: null,
  pods: [],
  requests: [],
}

function current({ status }: Canary): RunReport[] {
  const run = status.canaryAnalysis
  if (!isUnderWay(status.phase) || run?.runId === undefined) return []
  // In the phase Waiting the state is still that of the run before.
  if (status.history?.[0]?.id === run.runId) return []
  return [
    {
      ...blank,
      id: run.runId,
      result: status.phase === 'Waiting' ? 'Waiting' : 'Running',
      revision: run.revision ?? null,
      startedAt: run.startedAt ?? null,
      images: run.images ?? [],
      failedChecks: status.failedChecks ?? 0,
      weight: run.weight ?? null,
      cause: null,
      checks: (run.checks ?? []).filter(({ failed }) => failed > 0),
    },
  ]
}

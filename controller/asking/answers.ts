/**
 * Answers that were given to a step whose writes were refused. Hooks change the world: the same
 * step does not ask them again only because the API server was away, or somebody wrote first.
 */
import type { Check, Observation, Verdict, Verdicts } from '../../src/analysis/decision.ts'
import { checkKey } from '../../src/analysis/decision.ts'

export interface Answers {
  /** What was answered to this step before, as far as it still counts; forgets all else. */
  of(seen: Observation, nowMs: number): Verdicts
  /** Keeps one more answer to the step. */
  keep(check: Check, verdict: Verdict, nowMs: number): void
  /** The step was written: the next one asks anew. */
  forget(): void
}

/** An answer of a hook counts for so long: then the world may be another one. */
const hookMs = 5 * 60_000

interface Kept {
  verdict: Verdict
  /** On the clock that only grows. */
  atMs: number
  isHook: boolean
}

/**
 * Keeps the answers of one step: those of hooks for five minutes, all of them only as long as the
 * step stays the same.
 */
export function createAnswers(): Answers {
  const kept = new Map<string, Kept>()
  let step = ''
  return {
    of(seen, nowMs) {
      const current = stepOf(seen)
      if (current !== step) kept.clear()
      step = current
      // What is measured again costs nobody anything.
      const metricsMs = seen.canary.analysis.intervalMs
      for (const [key, { atMs, isHook }] of kept)
        if (nowMs - atMs >= (isHook ? hookMs : metricsMs)) kept.delete(key)
      return Object.fromEntries([...kept].map(([key, { verdict }]) => [key, verdict]))
    },
    keep(check, verdict, nowMs) {
      kept.set(checkKey(check), { verdict, atMs: nowMs, isHook: check.kind === 'hooks' })
    },
    forget: () => kept.clear(),
  }
}

/**
 * A step is the same as long as nobody edits the spec or asks for something, the target and its
 * configuration stay, and the status does: whatever a step writes last moves that on.
 */
function stepOf({ canary, workload, requests }: Observation): string {
  const { uid, generation } = canary.metadata
  const { revision, configs } = workload
  const asked = requests.map(({ annotation, value }) => [annotation, value])
  return JSON.stringify([uid, generation, revision, configs, asked, canary.status])
}

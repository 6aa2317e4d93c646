/** Whether a condition holds, of the report and of what target and primary hold. Pure. */
import { isUnderWay } from '../../canary/phases.ts'
import type { Revisions } from '../reading/revisions.ts'
import type { CanaryReport } from '../report.ts'
import type { Condition, PlainWord } from './condition.ts'

export interface Awaited {
  report: Pick<
    CanaryReport,
    'phase' | 'health' | 'paused' | 'traffic' | 'run' | 'revision' | 'progress'
  >
  /** Undefined where they can't be read: then only the phase tells. */
  revisions: Revisions | undefined
  /** The target, where it is not there: what it is to hold nobody knows. */
  missingTarget?: string | undefined
  /** The controller was told to start no run for what the target holds. */
  isHeld: boolean
  conditions: readonly { type: string; status: string }[]
}

export type Judgement =
  | { state: 'met'; said: string }
  | { state: 'open' }
  /** It can't be met any more. */
  | { state: 'failed'; why: string }

const open: Judgement = { state: 'open' }
const met = (said = 'condition met'): Judgement => ({ state: 'met', said })

/** `delete` and `create` are not for a canary that is there. */
export function judgeCondition(condition: Condition, of: Awaited): Judgement {
  const { phase, traffic } = of.report
  switch (condition.kind) {
    case 'phase':
      return condition.phase === phase ? met() : open
    case 'weight':
      return traffic.canary >= condition.weight ? met() : open
    case 'condition': {
      const found = of.conditions.find(({ type }) => same(type, condition.type))
      return found && same(found.status, condition.status) ? met() : open
    }
    case 'create':
      return met()
    case 'delete':
      return open
    default:
      return judgeWord(condition.kind, of)
  }
}

function judgeWord(word: PlainWord, of: Awaited): Judgement {
  const { report } = of
  switch (word) {
    case 'done':
    case 'promoted':
      return verdict(of)
    case 'failed':
      return report.phase === 'Failed' ? met(`failed: ${causeOf(of)}`) : open
    case 'started':
      return hasBegun(of) ? met() : open
    case 'gate':
      return report.health === 'waiting' ? met(gateWords(of)) : open
    case 'paused':
      return report.paused ? met() : open
    default:
      return report.health === 'idle' && !isPending(of) ? met() : open
  }
}

/** Not before the controller has seen to what the target holds now. */
function verdict(of: Awaited): Judgement {
  const { phase, run } = of.report
  if (phase === 'Failed') return isAnswered(of) ? { state: 'failed', why: causeOf(of) } : open
  if ((phase !== 'Succeeded' && phase !== 'Initialized') || isPending(of)) return open
  if (phase === 'Succeeded') return met('promoted')
  // After a reset, and before the first run.
  if (run === null || run.result === null) return met('idle: nothing to release')
  const isGood = run.result === 'Succeeded' || run.result === 'Skipped'
  return isGood ? met('promoted') : { state: 'failed', why: causeOf(of) }
}

/** The target holds something that is neither promoted nor meant to stay where it is, or is to come. */
function isPending({ revisions, isHeld, report, missingTarget }: Awaited): boolean {
  if (missingTarget !== undefined) return true
  if (isHeld) return false
  return revisions ? revisions.target !== revisions.primary : report.revision.pending
}

/** The run that failed was that of what the target holds; else the next one is about to begin. */
function isAnswered({ revisions, report, isHeld }: Awaited): boolean {
  const tried = report.revision.current
  if (!revisions || isHeld || !tried?.startsWith(ownHash)) return true
  // Back at what is promoted is no new revision: the failure stays what came of it.
  return revisions.target === tried || revisions.target === revisions.primary
}

const ownHash = 'v2:'

/** A run of what the target holds has begun; that it has ended since does not matter. */
function hasBegun({ report, revisions }: Awaited): boolean {
  const { phase, revision } = report
  const isAtWork = isUnderWay(phase) && phase !== 'Waiting'
  if (!revisions || !revision.current?.startsWith(ownHash)) return isAtWork
  if (revision.current !== revisions.target) return false
  return isAtWork || phase === 'Failed' || revisions.target === revisions.primary
}

function causeOf({ report }: Awaited): string {
  return report.run?.cause ?? 'the last run has failed'
}

function gateWords({ report: { progress } }: Awaited): string {
  return progress.gate ? `waits for the gate "${progress.gate.name}"` : 'waits for approval'
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** Where it stands, for who has waited in vain. */
export function stateText(
  { phase, health, progress, paused, traffic }: Awaited['report'],
  missingTarget?: string,
): string {
  if (missingTarget !== undefined) return `its target ${missingTarget} is missing`
  if (paused) return `still paused${paused.by ? ` by ${paused.by}` : ''}`
  if (progress.gate) return `still at the gate "${progress.gate.name}" (${progress.gate.type})`
  if (health === 'waiting') return 'still waiting for approval'
  return phase === 'Progressing'
    ? `Progressing at weight ${traffic.canary}`
    : phase || 'no phase yet'
}

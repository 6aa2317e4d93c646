/** Why a canary is not where it should be, in one sentence, and whether somebody should look. Pure. */
import type { Gate, JudgeStatus, Phase } from '../canary/api.gen.ts'
import { formatDuration, shortDuration } from '../canary/duration.ts'
import { isUnderWay } from '../canary/phases.ts'
import type { CheckItem } from './check-items.ts'
import { checkText } from './runs/cause.ts'
import type { LastRun } from './runs/last-run.ts'
import type { Health, Paused } from './summary.ts'
import { turnText } from './waits.ts'
import type { Warning } from './warnings.ts'
import type { WorkloadReport } from './workload-report.ts'

export interface Reason {
  /** Empty where there is nothing to tell. */
  text: string
  /** It waits for a person, has failed, or does not move. */
  needsAttention: boolean
}

/** What a report is judged by. */
export interface Reported {
  phase: Phase
  state: string
  health: Health
  observedAt: string
  metadata: { createdAt: string | null }
  checks: { failed: number; threshold: number; items: CheckItem[] }
  controller: { lastStatusWrite: string | null; why: string | null }
  /** Newest last. */
  events: { at: string; type: string; message: string }[]
  judge?: JudgeStatus
  paused: Paused | null
  progress: { gate: Gate | null }
  requests: { pending: { verb: string; by: string | null; at: string | null }[] }
  revision: { pending: boolean }
  run: LastRun | null
  waitsFor: string | null
  warnings: Warning[]
  workloads: { primary: WorkloadReport; canary: WorkloadReport }
}

interface Rule {
  name: string
  /** The sentence; undefined where the rule does not apply. */
  apply(report: Reported): string | undefined
}

/** The first that applies is told; worth a look are all but pods that merely start, and a turn. */
const rules: readonly Rule[] = [
  { name: 'deleted', apply: deleted },
  { name: 'paused', apply: paused },
  { name: 'unanswered', apply: unanswered },
  { name: 'gate', apply: gated },
  { name: 'queued', apply: queued },
  { name: 'failed', apply: failed },
  { name: 'stale', apply: stale },
  { name: 'faulty', apply: faulty },
  { name: 'waiting', apply: waiting },
  { name: 'check', apply: failingCheck },
  { name: 'warning', apply: warned },
  { name: 'unseen', apply: unseen },
]

/** Why a canary is not where it should be, by the first rule that knows one; empty where it is. */
export function reasonOf(report: Reported): Reason {
  for (const { name, apply } of rules) {
    const text = apply(report)
    if (text !== undefined) return { text, needsAttention: isWorthALook(name, report) }
  }
  return { text: held(report) || shadowed(report), needsAttention: false }
}

function isWorthALook(name: string, report: Reported): boolean {
  return name !== 'queued' && !(name === 'waiting' && isStarting(report))
}

/** It comes by itself. */
function queued({ waitsFor }: Reported): string | undefined {
  return waitsFor?.startsWith(turnText) ? `waits ${waitsFor}` : undefined
}

function deleted(report: Reported): string | undefined {
  if (report.state !== 'Terminating') return undefined
  const why = warned(report)
  return why === undefined ? 'it is being deleted' : `it is being deleted: ${why}`
}

function paused({ paused: pause }: Reported): string | undefined {
  if (pause?.how === 'suspend') return 'suspended: spec.suspend is true'
  if (!pause) return undefined
  const by = pause.by ? ` by ${pause.by}` : ''
  const until = pause.until ? ` until ${pause.until}` : ''
  return `paused${by}${until}${pause.reason ? `: "${pause.reason}"` : ''}`
}

/** A controller that is there answers within a moment. */
const answeredWithinMs = 30_000

function unanswered({ requests, observedAt }: Reported): string | undefined {
  const now = Date.parse(observedAt)
  const old = requests.pending.find(({ at }) => at && now - Date.parse(at) > answeredWithinMs)
  if (!old) return undefined
  return `nobody has answered the request ${old.verb}${old.by ? ` by ${old.by}` : ''} of ${old.at}`
}

function gated({ health, progress }: Reported): string | undefined {
  if (health !== 'waiting') return undefined
  return progress.gate ? `waits for ${gateText(progress.gate)}` : 'waits for approval'
}

/** What its hook said is for the person who approves; why it has none, for who wrote the Canary. */
export function gateText({ name, type, reason, broken }: Gate): string {
  const gate = `the gate "${name}" (${type})`
  if (!reason) return gate
  return broken ? `${gate}, which can't be asked: ${reason}` : `${gate}: ${reason}`
}

function failed({ phase, run }: Reported): string | undefined {
  return phase === 'Failed' ? (run?.cause ?? 'the last run has failed') : undefined
}

function stale({ health, controller }: Reported): string | undefined {
  if (health !== 'stale') return undefined
  const since = controller.lastStatusWrite ? ` since ${controller.lastStatusWrite}` : ''
  return `no controller works on it${since}${controller.why ? `: ${controller.why}` : ''}`
}

/** What is wrong with the spec, or with what it refers to. */
function faulty({ warnings }: Reported): string | undefined {
  const faults = warnings.filter(({ code }) => faultCodes.includes(code))
  return faults.length > 0 ? faults.map(({ message }) => message).join('; ') : undefined
}

const faultCodes = ['CAN001', 'CAN002', 'CAN011']

function waiting({ waitsFor }: Reported): string | undefined {
  return waitsFor === null ? undefined : `waits ${waitsFor}`
}

/** Pods take their time; what will not pass by itself, as a missing target, is worth a look at once. */
const startingMs = 60_000

function isStarting({ run, metadata, observedAt, phase, workloads }: Reported): boolean {
  const began = isUnderWay(phase) ? run?.startedAt : metadata.createdAt
  const isYoung = Date.parse(observedAt) - Date.parse(began ?? '') < startingMs
  const { primary, canary } = workloads
  if (!canary.found || (isUnderWay(phase) && !primary.found)) return false
  const troubles = [...primary.troubles, ...canary.troubles]
  return isYoung && troubles.every(({ reason }) => reason === 'NotReady')
}

/** The run stands still as long as the last look failed. */
function failingCheck({ phase, health, checks }: Reported): string | undefined {
  if (!isUnderWay(phase) || health !== 'moving') return undefined
  const failing = checks.items.filter(
    ({ ok, type }) => ok === false && !type.startsWith('confirm-'),
  )
  if (failing.length === 0) return undefined
  const counted = `${checks.failed} of ${checks.threshold} failed`
  return `${failing.map(checkText).join('; ')} (${counted})`
}

/** The controller says again every five minutes what still holds. */
const currentMs = 7 * 60_000

/** What was said last, where that is a warning and the canary has not moved on since. */
function warned({ events, observedAt, controller, health }: Reported): string | undefined {
  const last = events.at(-1)
  if (health === 'failed' || last?.type !== 'Warning') return undefined
  const at = Date.parse(last.at)
  if (Date.parse(observedAt) - at > currentMs) return undefined
  // Times are whole seconds, and a step tells what it has to say once its status is written.
  return at >= (Date.parse(controller.lastStatusWrite ?? '') || 0) ? last.message : undefined
}

/** Long enough for a controller to have seen it. */
const seenWithinMs = 30_000

function unseen({ phase, metadata, observedAt }: Reported): string | undefined {
  if (phase !== '') return undefined
  const age = Date.parse(observedAt) - Date.parse(metadata.createdAt ?? '')
  return age > seenWithinMs ? 'no controller has looked at it yet' : undefined
}

/** After a reset that holds: nothing is wrong, and nothing will happen. */
function held({ phase, revision }: Reported): string {
  return phase === 'Initialized' && revision.pending ? 'held until the target changes' : ''
}

/** What the judge would have done in the run, or in the last one: nothing is wrong by it. */
function shadowed({ judge }: Reported): string {
  if (!judge?.wouldRollBackAt) return ''
  const ms = Date.parse(judge.wouldRollBackAt) - Date.parse(judge.startedAt)
  const after = ms >= 0 ? ` after ${shortDuration(formatDuration(ms))}` : ''
  return `the judge would have rolled back${after}`
}

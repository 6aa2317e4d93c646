/** What a run that waits at a gate notes and says: which gate, since when, and why it is shut. */

import type { CanaryStatus, GateType, Phase, Gate as ShutGate } from '../../canary/api.gen.ts'
import { keptGate, longestUnaskedMs } from '../../canary/gates.ts'
import { stamp } from '../../stamp.ts'
import type { Decision, Observation, Verdict } from '../decision.ts'
import { canaryName, later, report } from '../effects/act.ts'
import { after, runOf } from './status.ts'

/** As much of an answer as people are shown, in characters. */
const longestReason = 512
/** As the definition of the Canary has it: a longer one would never be found again. */
const longestName = 256

/** The gate that this answer shuts; it keeps its time while it is the one that was shut before. */
export function gateOf(seen: Observation, type: GateType, verdict: Verdict): ShutGate {
  const { by = '', why, broken, askAgainMs = 0 } = verdict
  const name = by.slice(0, longestName)
  const { gate: before } = runOf(seen)
  const isKnown = before?.type === type && before.name === name
  return {
    type,
    name,
    since: isKnown ? before.since : stamp(seen.now),
    ...(why !== undefined && { reason: bounded(why) }),
    ...(broken && { broken }),
    ...(askAgainMs > 0 && { askAgainAt: stamp(later(seen.now, askAgainMs)) }),
  }
}

/** Whether there is nothing new to note of a gate. */
export function isSameGate(a: ShutGate | undefined, b: ShutGate): boolean {
  const isSame = a?.type === b.type && a.name === b.name && a.reason === b.reason
  return isSame && a.broken === b.broken && a.askAgainAt === b.askAgainAt
}

/**
 * What a gate answered, for as long as it asked not to be asked again. Undefined where it is to be
 * asked: that time is over, the Canary or its target is another one since, or somebody opened it.
 */
export function answerThatStands(seen: Observation, type: GateType): Verdict | undefined {
  const { gate, revision = seen.workload.revision } = runOf(seen)
  if (gate?.type !== type || gate.askAgainAt === undefined) return undefined
  const askAgainMs = Date.parse(gate.askAgainAt) - seen.now.getTime()
  const isWithin = askAgainMs > 0 && askAgainMs <= longestUnaskedMs
  const isOther = revision !== seen.workload.revision || isEdited(seen)
  if (!isWithin || isOther || isOpened(seen)) return undefined
  const { name: by, reason, broken } = gate
  return {
    outcome: 'failed',
    by,
    askAgainMs,
    events: [],
    results: [],
    ...(reason !== undefined && { why: reason }),
    ...(broken && { broken }),
  }
}

/** The hook may have another address since this phase was entered. */
function isEdited({ canary }: Observation): boolean {
  const { observedGeneration: known } = canary.status
  return known !== undefined && known !== canary.resource.metadata.generation
}

/** The gate that it waits at was opened by annotation: nobody has to be asked. */
export function isOpened(seen: Observation): boolean {
  const { analysis, metadata } = seen.canary
  const hook = analysis.webhooks.find(({ name }) => name === runOf(seen).gate?.name)
  return hook !== undefined && keptGate(hook, metadata)?.state === 'open'
}

/** The gate that holds a run while it goes on measuring, for a step that is none. */
export function stillShut(seen: Observation): { gate?: ShutGate; reason?: string } {
  const { gate } = runOf(seen)
  return gate ? { gate, ...(gate.reason !== undefined && { reason: gate.reason }) } : {}
}

/** The phase in which each type of gate holds a run. */
const phases: Readonly<Record<GateType, Phase>> = {
  'confirm-rollout': 'Waiting',
  'confirm-traffic-increase': 'Progressing',
  'confirm-promotion': 'WaitingPromotion',
}

const wanted: Readonly<Record<GateType, string>> = {
  'confirm-rollout': 'approval',
  'confirm-traffic-increase': 'traffic increase approval',
  'confirm-promotion': 'promotion approval',
}

/**
 * The decision, which says what the canary waits for. Every look says so, also one that asks
 * nothing: what is reported without a break is told once, and again every five minutes. Meanwhile
 * that all is as it was is not worth a word.
 */
export function withWait(seen: Observation, decision: Decision): Decision {
  if (decision.kind === 'check' || seen.canary.suspended) return decision
  const gate = shutGate(after(seen, decision.effects).canary.status)
  if (!gate) return decision
  const before = shutGate(seen.canary.status)
  const isOld = before?.type === gate.type && before.name === gate.name
  const effects = decision.effects.filter(
    (effect) => !(isOld && effect.kind === 'event' && effect.routine),
  )
  const told = waitTexts(seen, gate).map((text) => report(seen, text))
  return { ...decision, effects: [...effects, ...told] }
}

/** The gate that the canary waits at; none while a person holds it. */
function shutGate({ phase, canaryAnalysis = {} }: CanaryStatus): ShutGate | undefined {
  const { gate, paused } = canaryAnalysis
  return gate && !paused && phases[gate.type] === phase ? gate : undefined
}

/**
 * Flagger's words, which people and their tools look for; then why: a shut gate is for who
 * approves, one that can't be asked for who wrote the Canary.
 */
function waitTexts(
  seen: Observation,
  { type, name, reason, broken, askAgainAt }: ShutGate,
): string[] {
  const text = `Halt ${canaryName(seen)} advancement waiting for ${wanted[type]} ${name}`
  if (reason === undefined) return [text]
  const state = broken ? "can't be asked" : 'is shut'
  const rest = askAgainAt === undefined ? '' : `; as it wants, it is asked again at ${askAgainAt}`
  return [text, `Gate ${name} of ${canaryName(seen)} ${state}: ${reason}${rest}`]
}

function bounded(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length > longestReason ? `${line.slice(0, longestReason - 1)}…` : line
}

/** The `Promoted` condition, by which `kubectl wait` and GitOps tools know how a run went. */
import { stamp } from '../../stamp.ts'
import type { Condition, Phase } from '../api.gen.ts'

const messages: Partial<Record<Phase, (kind: string) => string>> = {
  Initializing: (kind) => `New ${kind} detected, starting initialization.`,
  Initialized: (kind) => `${kind} initialization completed.`,
  Waiting: () => 'Waiting for approval.',
  WaitingPromotion: () => 'Waiting for approval.',
  Progressing: () => 'New revision detected, progressing canary analysis.',
  Promoting: () => 'Canary analysis completed, starting primary rolling update.',
  Finalising: () => 'Canary analysis completed, routing all traffic to primary.',
  Succeeded: () => 'Canary analysis completed successfully, promotion finished.',
  Failed: (kind) => `Canary analysis failed, ${kind} scaled to zero.`,
  Terminating: (kind) => `${kind} is being handed back, the Canary was deleted.`,
}

const statuses: Partial<Record<Phase, Condition['status']>> = {
  Initialized: 'True',
  Succeeded: 'True',
  Failed: 'False',
}

/**
 * The conditions with `Promoted` as the phase says; the others are kept. Like Flagger, the
 * condition changes only when its status or its reason (the phase) does, and its transition time
 * only with its status. `message` replaces the text that belongs to the phase.
 */
export function promotedCondition(
  before: readonly Condition[] | undefined,
  of: { phase: Phase; kind: string; now: Date; message?: string | undefined },
): Condition[] {
  const { phase, kind, now } = of
  const status = statuses[phase] ?? 'Unknown'
  const previous = before?.find(({ type }) => type === 'Promoted')
  const others = before?.filter(({ type }) => type !== 'Promoted') ?? []
  if (previous?.status === status && previous.reason === phase) return [previous, ...others]
  const at = stamp(now)
  const promoted: Condition = {
    type: 'Promoted',
    status,
    reason: phase,
    message: of.message ?? messages[phase]?.(kind) ?? '',
    lastUpdateTime: at,
    lastTransitionTime: previous?.status === status ? (previous.lastTransitionTime ?? at) : at,
  }
  return [promoted, ...others]
}

/** Present while a Canary, or what it refers to, gets something wrong. */
export const faultyType = 'Faulty'

/** Well within what a condition may hold. */
const mostFaults = 50

/**
 * The condition that names what is wrong, a line each: `Invalid` holds the canary, with
 * `CannotPass` no run can be promoted, `Odd` is accepted and rarely meant. Undefined where all is
 * well.
 */
export function faultyCondition(
  seen: {
    canary: { label: string }
    now: Date
    problems: readonly string[]
    faults: readonly { message: string; isFatal: boolean }[]
  },
  before: Condition | undefined,
): Condition | undefined {
  const { canary, now, problems, faults } = seen
  const said = problems.length > 0 ? problems : faults.map(({ message }) => message)
  if (said.length === 0) return undefined
  const isFatal = faults.some((fault) => fault.isFatal)
  // The object is the one that the condition stands in.
  const prefix = `canary ${canary.label}: `
  const bare = said.map((text) => (text.startsWith(prefix) ? text.slice(prefix.length) : text))
  const lines = bare.slice(0, mostFaults).map(faultLine)
  const at = stamp(now)
  return {
    type: faultyType,
    status: 'True',
    reason: problems.length > 0 ? 'Invalid' : isFatal ? 'CannotPass' : 'Odd',
    message: lines.join('\n'),
    lastUpdateTime: at,
    lastTransitionTime: before?.lastTransitionTime ?? at,
  }
}

/** What is wrong, a sentence each, as the condition has it. */
export function faultsIn(conditions: readonly Condition[] | undefined): string[] {
  const message = conditions?.find(({ type }) => type === faultyType)?.message ?? ''
  return message === '' ? [] : message.split('\n')
}

/** A sentence as the condition has it: on one line, fifty of them fit. */
export function faultLine(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > longestFault ? `${line.slice(0, longestFault - 1)}…` : line
}

const longestFault = 600

/** The step that decides on an alert writes it down first; what was written and not sent is sent. */
import { isDeepStrictEqual } from 'node:util'
import type { Effect, Observation } from '../../src/analysis/decision.ts'
import { after, runOf } from '../../src/analysis/status/status.ts'
import type { UnsentAlert } from '../../src/canary/api.gen.ts'
import type { Correspondence } from '../tell/correspondence.ts'

type AlertEffect = Extract<Effect, { kind: 'alert' }>

/** An alert that nobody could be told of in all that time is no news any more. */
const longestMs = 24 * 60 * 60_000

export interface Telling {
  correspondence: Correspondence
  /** Whether anybody is to hear of an alert. */
  hears: (alert: AlertEffect) => boolean
}

/**
 * The effects of a step, with what the status is to say of its alerts. Of an alert that nobody is to
 * hear nothing is written, and of a canary that is being deleted neither.
 */
export function withUnsentAlerts(
  effects: readonly Effect[],
  seen: Observation,
  { correspondence, hears }: Telling,
): Effect[] {
  const { status, metadata } = seen.canary
  const before = status.alerting
  if (metadata.deletionTimestamp !== undefined) return [...effects]
  const run = runOf(after(seen, effects)).runId
  const numbered = effects.map((effect, index) =>
    effect.kind === 'alert' && hears(effect)
      ? { ...effect, id: `${seen.now.toISOString()}/${index}`, ...(run !== undefined && { run }) }
      : effect,
  )
  const added = numbered.flatMap((effect) => (effect.kind === 'alert' ? unsentOf(effect) : []))
  const { late, again } = leftBehind(before?.unsent ?? [], seen.now, correspondence)
  for (const id of late) {
    correspondence.begin(id, 1)
    correspondence.told(id, '')
  }
  const alerting = correspondence.noted(before, added)
  if (isDeepStrictEqual(alerting, before)) return [...numbered, ...again]
  return [...withStatus(numbered, { kind: 'status', change: { alerting } }), ...again]
}

function unsentOf({ id, run, occasion, severity, message, fields, gate }: AlertEffect) {
  if (id === undefined) return []
  const alert: UnsentAlert = {
    id,
    occasion,
    severity,
    message,
    ...(fields && { fields }),
    ...(gate !== undefined && { gate }),
    ...(run !== undefined && { run }),
  }
  return [alert]
}

/** Those of a process that is no more. */
function leftBehind(unsent: readonly UnsentAlert[], now: Date, correspondence: Correspondence) {
  const late: string[] = []
  const again: AlertEffect[] = []
  for (const alert of unsent.filter(({ id }) => !correspondence.knows(id))) {
    const decidedAt = alert.id.slice(0, alert.id.indexOf('/'))
    const ageMs = now.getTime() - Date.parse(decidedAt)
    if (ageMs < longestMs) again.push({ kind: 'alert', fields: false, ...alert, decidedAt })
    else late.push(alert.id)
  }
  return { late, again }
}

/** In the write that makes the alerts true, or in the last one; in one of its own where there is none. */
function withStatus(
  effects: readonly Effect[],
  status: Extract<Effect, { kind: 'status' }>,
): Effect[] {
  const first = effects.findIndex((effect) => effect.kind === 'alert')
  const end = first < 0 ? effects.length : first
  const at = effects.slice(0, end).findLastIndex(({ kind }) => kind === 'status')
  if (at < 0) return effects.toSpliced(end, 0, status)
  return effects.map((effect, index) =>
    index === at && effect.kind === 'status'
      ? { ...effect, change: { ...effect.change, ...status.change } }
      : effect,
  )
}

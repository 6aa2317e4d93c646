/** The words in which results of changes are told. Pure. */

import type { Canary } from '../../src/canary/canary.ts'
import { formatDuration, shortDuration } from '../../src/canary/duration.ts'
import { controllerOf } from '../../src/canary/names/controller-identity.ts'
import { serviceNames } from '../../src/canary/names/names.ts'
import { asHandled } from '../../src/report/as-handled.ts'
import type { Life } from '../../src/report/life.ts'
import { shownWorkload } from '../../src/report/shown-kinds.ts'
import { ageOf } from '../output/age.ts'
import { clean } from '../output/clean.ts'
import type { CommandLines } from '../output/command-line.ts'
import { askedOf, type Change, commandOf } from './change.ts'

/** What was done, once the controller has confirmed it. */
export function doneWords(change: Change, canary: Canary, after?: Canary): string {
  return clean(commandOf(change).done(askedOf(change), canary, after))
}

/** What was sent, as long as nobody has answered. */
export function requestedWords(change: Change): string {
  return commandOf(change).requested?.(askedOf(change)) ?? `${change.verb} requested`
}

interface SilenceFacts {
  time: string
  now: Date
  commands: CommandLines
  life: Life
  /** What moves the traffic, in words for kubectl; undefined where it is not known. */
  byHand?: string[][] | undefined
}

/** What stderr says when nobody answered in that time. */
export function silenceLines(
  change: Change,
  canary: Canary,
  { time, now, commands, life, byHand }: SilenceFacts,
): string[] {
  const { name } = controllerOf(canary)
  const last = canary.status.lastTransitionTime
  const who = name ? ` by ${clean(name)}` : ''
  const interval = shortDuration(formatDuration(canary.analysis.intervalMs))
  return [
    `warning: no controller answered within ${time}; the request stays on the object`,
    last
      ? `  last status write: ${ageOf(last, now)} ago${who}, expected every ${interval}`
      : '  no controller has ever written a status',
    ...(life.alive === false ? [`  it does not run: ${clean(life.why ?? '')}`] : []),
    ...(life.alive ? ['  it runs, as its lease tells: look at its log'] : []),
    ...(commandOf(change).isBrake ? [`  ${manualAbort(canary, commands, byHand)}`] : []),
    `  find out more: ${commands.plugin('doctor', canary)}`,
  ]
}

/** How to get traffic off the canary without any controller. */
export function manualAbort(
  canary: Canary,
  commands: CommandLines,
  byHand: string[][] | undefined,
): string {
  const { provider, spec, namespace } = canary
  const { assumption } = asHandled(canary.resource)
  // The wrong lever, at the moment that it is for, must not pass for the right one.
  const sure =
    assumption === undefined
      ? 'by hand'
      : `by hand, if the provider is ${clean(provider)} (assumed: ${assumption})`
  if (byHand?.length === 0) return `${sure}: nothing, all of the traffic is on the primary`
  if (byHand)
    return `${sure}: ${byHand.map((words) => commands.kubectl(namespace, ...words)).join(' && ')}`
  const { apex, primary } = serviceNames(spec)
  return `${sure}: give ${clean(primary)} all of the traffic in the ${clean(provider)} object of ${clean(apex)}`
}

/** What stderr says when a run was aborted. */
export function afterAbort(canary: Canary, commands: CommandLines): string[] {
  const [change] = canary.status.canaryAnalysis?.images ?? []
  const short = (image: string | undefined) => clean(image?.split('/').at(-1) ?? '')
  return [
    ...(change?.from && change.to
      ? [`  traffic is back on ${short(change.from)}; the target still holds ${short(change.to)}`]
      : ['  traffic is back on the primary; the target still holds the new revision']),
    ...(isUndoable(canary) ? [`  put it back: ${commands.plugin('undo', canary)}`] : []),
    `  try again:   ${commands.plugin('retry', canary)}`,
  ]
}

/** A Service that is switched has no pod template to go back to. */
function isUndoable({ spec }: Canary): boolean {
  return shownWorkload(spec.targetRef)?.podsOf !== undefined
}

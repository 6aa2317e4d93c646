/** What every step sees to first: the objects of a canary exist and say what they should. */
import { isRunning } from '../../canary/phases.ts'
import { formerService, formers, namesLeft, servedBy } from '../../canary/status/served-by.ts'
import type { Routes } from '../../routers/router.ts'
import type { Follow } from '../../scalers/scaler.ts'
import { isChanged } from '../change.ts'
import type { Effect, Glance, Observation, Step } from '../decision.ts'
import { leadsToNobody, servesNobody } from '../pods.ts'
import { routesDue } from '../routes.ts'
import { entered } from '../status/status.ts'
import {
  canaryName,
  later,
  normal,
  notReady,
  phaseOf,
  report,
  targetName,
  warning,
  writeStatus,
} from './act.ts'

/** The first write of all, so that people see that somebody cares for the object. */
export function firstSight(seen: Pick<Glance, 'canary' | 'now'>): Effect[] {
  if (seen.canary.status.conditions !== undefined) return []
  return [writeStatus(entered(seen, 'Initializing'))]
}

const podServices: readonly Effect[] = [{ kind: 'services', which: 'pods' }]
const primary: readonly Effect[] = [{ kind: 'initialize' }]

/** Services and the primary; safe before the primary is ready. */
export function foundations(): Effect[] {
  return [...podServices, ...primary]
}

/** Apex Service and routes; only once the primary can serve. */
export function frontage(routes: Routes): Effect[] {
  return [
    { kind: 'services', which: 'apex' },
    { kind: 'route', routes },
  ]
}

export interface Ending {
  wakeAt?: Date | undefined
  /** This was a paced step: the next one waits for the interval. */
  paced?: boolean
}

/**
 * Ends a step of an initialized canary: upkeep first, then what the phase decided. Where the
 * upkeep fails, nothing goes on.
 */
export function act(seen: Observation, effects: readonly Effect[], ending: Ending = {}): Step {
  const upkeep = upkeepBeside(seen, effects)
  return finish([...upkeep, ...effects, ...leaving(seen)], ending)
}

/**
 * Ends a step that takes traffic back, or counts a failure: no Service or autoscaler that can't
 * be put right may stop that.
 */
export function retreat(seen: Observation, effects: readonly Effect[], ending: Ending = {}): Step {
  const upkeep = upkeepBeside(seen, effects)
  return finish([...effects, ...upkeep, ...leaving(seen)], ending)
}

/** What was made for another provider or autoscaler goes once the new one has its own. */
function leaving(seen: Observation): Effect[] {
  const { canary } = seen
  if (formers(canary).length === 0) return []
  const said = `${canaryName(seen)} does not name ${namesLeft(canary)} any more`
  return [
    { kind: 'restore', what: 'former' },
    writeStatus({ servedBy: servedBy(canary), servedNext: undefined }),
    normal(seen, `${said}: what was made for that is removed`),
    ...stillCalled(seen),
  ]
}

function stillCalled(seen: Observation): Effect[] {
  const { canary } = seen
  const name = formerService(canary)
  if (name === undefined) return []
  const text =
    `Service ${name} is left, and leads to ${canary.primaryName} whatever a run does, because users ` +
    `may still call it; let them call ${canary.names.apex}, and delete it`
  return [warning(seen, `canary ${canaryName(seen)}: ${text}`)]
}

function upkeepBeside(seen: Observation, effects: readonly Effect[]): Effect[] {
  const moves = effects.some(({ kind }) => kind === 'route')
  const scaled = { kind: 'autoscaler', follow: followed(seen) } as const
  const due = routesDue(seen)
  const upkeep = isPrimaryDispensable(seen, due)
    ? [...podServices, ...frontage(due), ...primary, scaled]
    : [...foundations(), scaled, ...frontage(due)]
  return moves || leadsToNobody(seen) ? upkeep.filter(({ kind }) => kind !== 'route') : upkeep
}

/** One that is gone may be one that can't be made: users of the canary must not be without routes for it. */
function isPrimaryDispensable({ workload }: Observation, due: Routes): boolean {
  return workload.primary.state === 'missing' && due.canary > 0
}

/** What an autoscaler gets along with a new version reaches the primary with that version. */
function followed(seen: Observation): Follow {
  const phase = phaseOf(seen)
  const isAtRest = !isRunning(phase) && phase !== 'Waiting'
  return isAtRest && !isChanged(seen) ? 'edits' : 'nothing'
}

/** Ends a step without upkeep. */
export function finish(effects: Effect[], { wakeAt, paced = false }: Ending = {}): Step {
  return { kind: 'act', effects, paced, ...(wakeAt && { wakeAt }) }
}

/** Waits: for a change, and while a run is on at most for one interval. */
export function hold(seen: Observation, effects: Effect[], wakeAt?: Date): Step {
  const { intervalMs } = seen.canary.analysis
  const isWaiting = effects.length > 0 || isRunning(phaseOf(seen))
  const again = isWaiting ? later(seen.now, intervalMs) : undefined
  return act(seen, effects, { wakeAt: wakeAt ?? again })
}

/**
 * What is told where the copy that a run makes in the end is what brings the primary back: nobody
 * is served there, or people want no analysis. Undefined where the run waits for the primary.
 */
export function goesOnWithoutPrimary(seen: Observation, skip: boolean): Effect[] | undefined {
  const { primary } = seen.workload
  if (primary.state === 'missing' || primary.state === 'ready') return undefined
  if (servesNobody(seen))
    return [
      report(seen, `${canaryName(seen)} rolls out without a primary that serves: ${primary.why}`),
    ]
  return skip ? [notReady(seen, primary)] : undefined
}

/** Brings the pods back before anything else; `before` are the events of this step so far. */
export function scaleUpAgain(seen: Observation, before: readonly Effect[] = []): Step {
  return hold(seen, [
    { kind: 'hold-autoscaler', held: false },
    { kind: 'scale', to: 'full' },
    ...before,
    report(seen, `${targetName(seen)} has no pods, scaling it up again`),
  ])
}

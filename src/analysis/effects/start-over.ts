/** A run whose routing object is gone, and whose canary could not serve those it had. */
import type { Observation, Step } from '../decision.ts'
import { shift } from '../routes.ts'
import { changeRun, counters, entered } from '../status/status.ts'
import { canaryName, phaseOf, toPrimary, warning, writeStatus } from './act.ts'
import { finish } from './upkeep.ts'

/**
 * Brings the routes back at once, since some gateways answer nobody without them, with all traffic
 * on the primary; a run that is not promoted yet makes its steps again, so that no check is missing.
 * The status is written first: all traffic on the primary beside a weight in the status, and no
 * pods, is a rollback that was cut off.
 */
export function startOver(seen: Observation): Step {
  const phase = phaseOf(seen)
  const isPromoted = phase === 'Promoting'
  const again = { step: 0, gate: undefined, reason: undefined }
  const change = {
    ...(phase === 'WaitingPromotion' && entered(seen, 'Progressing')),
    ...counters(seen, { weight: 0, ...(!isPromoted && { iterations: 0 }) }),
    ...changeRun(seen, {
      weight: 0,
      mirrored: false,
      mirrorWeight: undefined,
      ...(!isPromoted && again),
    }),
  }
  const text =
    `The routes of ${canaryName(seen)} were gone while no pod of the canary was ready: ` +
    `they are back with all traffic on the primary`
  const told = warning(seen, isPromoted ? text : `${text}, and the run makes its steps again`)
  return finish([writeStatus(change), ...shift(seen, toPrimary), told], { wakeAt: seen.now })
}

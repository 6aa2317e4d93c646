/** A Canary that names another provider or autoscaler than the one that it was served by. */
import { formerly, servedBy } from '../../canary/status/served-by.ts'
import type { Decision, Effect, Observation } from '../decision.ts'
import { writeStatus } from '../effects/act.ts'

/**
 * The same decision, which notes the other one before anything is made for it: a Canary that is
 * edited back says nothing of it any more. What was noted before stays, until what was made for
 * that is gone.
 */
export function withArrival({ canary }: Observation, decision: Decision): Decision {
  if (decision.kind === 'check' || !decision.effects.some(makes)) return decision
  if (canary.status.servedNext !== undefined || !formerly(canary)) return decision
  const arriving = writeStatus({ servedNext: servedBy(canary) })
  return { ...decision, effects: [arriving, ...decision.effects] }
}

/** Whether objects may be made or changed that only this provider or autoscaler has. */
function makes({ kind }: Effect): boolean {
  return ['services', 'autoscaler', 'hold-autoscaler', 'route'].includes(kind)
}

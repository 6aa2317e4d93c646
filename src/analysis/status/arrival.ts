/** A Canary that names another provider or autoscaler than the one that it was served by. */
import { servedNext } from '../../canary/status/served-by.ts'
import type { Decision, Effect, Observation } from '../decision.ts'
import { writeStatus } from '../effects/act.ts'

/**
 * The same decision, which notes the other one before anything is made for it: a Canary that is
 * edited again says nothing of it any more. It stays noted until what was made for it is gone.
 */
export function withArrival({ canary }: Observation, decision: Decision): Decision {
  if (decision.kind === 'check' || !decision.effects.some(makes)) return decision
  const next = servedNext(canary)
  if (!next) return decision
  return { ...decision, effects: [writeStatus({ servedNext: next }), ...decision.effects] }
}

/** Whether objects may be made or changed that only this provider or autoscaler has. */
function makes({ kind }: Effect): boolean {
  return ['services', 'autoscaler', 'hold-autoscaler', 'route'].includes(kind)
}

/** Whether a Canary says what it releases. Pure. */
import type { Canary } from '../canary/canary.ts'

/** Definitions of others let Canaries through that do not. */
export function isTargetNamed({
  resource,
  targetName,
}: Pick<Canary, 'resource' | 'targetName'>): boolean {
  // In what was read of the spec a kind stands in any case: the first that the definition allows.
  return Boolean(resource.spec?.targetRef?.kind) && targetName !== ''
}

/** Why nothing can be said of its target. */
export const noTargetText = 'spec.targetRef lacks the kind or the name of a workload'

/** The end of a Canary with `revertOnDeletion`: hand the target back, then let the object go. */

import { formerly } from '../../canary/status/served-by.ts'
import type { Effect, Observation, Step } from '../decision.ts'
import { canaryName, later, normal, phaseOf, report, writeStatus } from '../effects/act.ts'
import { finish } from '../effects/upkeep.ts'
import { hasNoPods } from '../pods.ts'
import { enterPhase } from '../status/status.ts'
import type { Rule } from './rule.ts'

export const finalizer = 'finalizer.flagger.app'

/** Whether the object still waits for us. */
export function isOurs({ canary }: Observation): boolean {
  return canary.metadata.finalizers?.includes(finalizer) ?? false
}

/** The Canary is being deleted: nothing else counts. */
export const deletion: readonly Rule[] = [
  {
    name: 'deletedWithoutRevert',
    because: 'the Canary is deleted, and asks for nothing to be handed back',
    apply: ({ seen }) => (isDeleted(seen) && !isOurs(seen) ? finish([]) : undefined),
  },
  {
    name: 'targetServesAgain',
    because: 'the target must serve before the routes go back to it',
    apply: ({ seen }) => (isDeleted(seen) && !canTakeOver(seen) ? handOver(seen) : undefined),
  },
  {
    name: 'handedBack',
    because: 'the routes go back to the target, and the object may go',
    apply: ({ seen }) => (isDeleted(seen) ? letGo(seen) : undefined),
  },
]

function isDeleted({ canary }: Observation): boolean {
  return canary.metadata.deletionTimestamp !== undefined
}

/** What is gone counts as handed back: nobody must free the object by hand. */
function canTakeOver(seen: Observation): boolean {
  const { target } = seen.workload
  if (target.state === 'missing' || isUntouched(seen)) return true
  return target.state === 'ready' && !hasNoPods(seen)
}

/** The first copy never served, so that the routes still lead to the target, however it fares. */
function isUntouched({ canary, workload }: Observation): boolean {
  return !canary.status.lastPromotedSpec && workload.primary.state !== 'ready'
}

function handOver(seen: Observation): Step {
  const { target } = seen.workload
  const why = 'why' in target ? target.why : 'the target is being scaled up'
  const wakeAt = later(seen.now, seen.canary.analysis.intervalMs)
  return finish([...begun(seen), report(seen, why)], { wakeAt })
}

function letGo(seen: Observation): Step {
  return finish([
    ...begun(seen),
    { kind: 'restore', what: 'routes' },
    ...(formerly(seen.canary) ? [{ kind: 'restore', what: 'former' } as const] : []),
    { kind: 'finalizer', present: false },
    normal(seen, `Terminated canary ${canaryName(seen)}`, 'Terminating'),
  ])
}

/** The target's part comes first, and is asked for until it is done. */
function begun(seen: Observation): Effect[] {
  const isFirst = phaseOf(seen) !== 'Terminating'
  const told = [
    writeStatus(enterPhase(seen, 'Terminating')),
    normal(seen, `Terminating canary ${canaryName(seen)}`),
  ]
  return [
    ...(isFirst ? told : []),
    { kind: 'hold-autoscaler', held: false },
    { kind: 'restore', what: 'workload' },
  ]
}

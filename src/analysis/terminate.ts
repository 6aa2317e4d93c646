/** The end of a Canary with `revertOnDeletion`: hand the target back, then let the object go. */
import { canaryName, later, normal, phaseOf, report, status } from './act.ts'
import type { Decision, Observation } from './decision.ts'
import { hasNoPods } from './pods.ts'
import { phase } from './status.ts'
import { finish } from './upkeep.ts'

export const finalizer = 'finalizer.flagger.app'

/** Whether the object still waits for us. */
export function isOurs({ canary }: Observation): boolean {
  return canary.metadata.finalizers?.includes(finalizer) ?? false
}

export function terminate(seen: Observation): Decision {
  if (!isOurs(seen)) return finish([])
  const isFirst = phaseOf(seen) !== 'Terminating'
  const begun = isFirst
    ? [status(phase(seen, 'Terminating')), normal(seen, `Terminating canary ${canaryName(seen)}`)]
    : []
  const handed = [
    { kind: 'hold-autoscaler', held: false } as const,
    { kind: 'restore', what: 'workload' } as const,
  ]
  // The target serves again before the routes go back to it.
  const { target } = seen.workload
  // What is gone counts as handed back: nobody must free the object by hand.
  const isGone = target.state === 'missing'
  if (!isGone && (hasNoPods(seen) || target.state !== 'ready')) {
    const why = 'why' in target ? target.why : 'the target is being scaled up'
    const effects = [...begun, ...handed, report(seen, why)]
    return finish(effects, { wakeAt: later(seen.now, seen.canary.analysis.intervalMs) })
  }
  return finish([
    ...begun,
    ...handed,
    { kind: 'restore', what: 'routes' },
    { kind: 'finalizer', present: false },
    normal(seen, `Terminated canary ${canaryName(seen)}`, 'Terminating'),
  ])
}

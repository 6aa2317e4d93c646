/** Before anything is asked or ordered: may this canary be worked on at all? */

import type { Effect, Observation, Step } from '../decision.ts'
import { later, report } from '../effects/act.ts'
import { finish, firstSight } from '../effects/upkeep.ts'
import { withFaults } from '../status/faults.ts'
import { whileHeld } from '../status/standing.ts'
import { deletion, finalizer } from './deletion.ts'
import type { Rule } from './rule.ts'

/** Nothing is looked at before these. */
export const door: readonly Rule[] = [
  ...deletion,
  {
    name: 'finalizerIsKept',
    because: '`revertOnDeletion` needs the finalizer, and nothing else does',
    apply: ({ seen }) => {
      const owned = keepFinalizer(seen)
      return owned.length > 0 ? finish(owned) : undefined
    },
  },
  {
    name: 'specMustBeSound',
    because: 'traffic and pods stay as they are until the object says something sound',
    apply: ({ seen }) => (seen.problems.length > 0 ? withFaults(seen, invalid(seen)) : undefined),
  },
]

function keepFinalizer({ canary }: Observation): Effect[] {
  const has = canary.metadata.finalizers?.includes(finalizer) ?? false
  if (has === canary.revertOnDeletion) return []
  return [{ kind: 'finalizer', present: canary.revertOnDeletion }]
}

function invalid(seen: Observation): Step {
  const told = seen.problems.map((problem) => report(seen, problem))
  const answers = whileHeld(seen, `the canary must be corrected first: ${seen.problems[0]}`)
  return finish([...firstSight(seen), ...answers, ...told], {
    wakeAt: later(seen.now, seen.canary.analysis.intervalMs),
  })
}

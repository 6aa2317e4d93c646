/** Phase Finalising: the traffic is back, the canary goes. */

import { areConfigsChanged, isPromoted } from '../../change.ts'
import type { Observation, StatusChange, Step } from '../../decision.ts'
import {
  alert,
  normal,
  notReady,
  report,
  targetName,
  toPrimary,
  writeStatus,
} from '../../effects/act.ts'
import { act, hold } from '../../effects/upkeep.ts'
import { dueAt, isDue } from '../../pacing.ts'
import { shift } from '../../routes.ts'
import { ended } from '../../status/history.ts'
import { enterPhase } from '../../status/status.ts'
import type { Turn } from '../../turn.ts'
import type { Rule } from '../rule.ts'
import { primaryIsStuck } from '../shared.ts'

/** From the last move of the traffic to the end of the run. */
export const finalising: readonly Rule[] = [
  primaryIsStuck,
  {
    name: 'primaryMustBeReady',
    because: 'the canary keeps its pods until the primary can serve without it',
    apply: awaitPrimary,
  },
  {
    name: 'trafficMustHaveLeft',
    because: 'the canary goes once the traffic had an interval to leave it',
    apply: ({ seen }) => (isDue(seen) ? undefined : act(seen, [], { wakeAt: dueAt(seen) })),
  },
  {
    name: 'routeMustBeInForce',
    because: 'users that the data plane still sends to the canary would find nobody there',
    apply: awaitRoute,
  },
  {
    name: 'promotionCompleted',
    because: 'nobody needs the canary any more',
    apply: complete,
  },
]

function awaitPrimary({ seen }: Turn): Step | undefined {
  const { primary } = seen.workload
  return primary.state === 'ready' ? undefined : hold(seen, [notReady(seen, primary)])
}

function awaitRoute({ seen }: Turn): Step | undefined {
  const { acceptance } = seen
  return acceptance.state === 'pending' ? hold(seen, [report(seen, acceptance.why)]) : undefined
}

/**
 * The primary was deleted, and made anew of another version of the target: that is what users have.
 * Another configuration is none of that: it has a run of its own.
 */
function madeAnew(seen: Observation): StatusChange {
  const { revision } = seen.workload
  if (!isPromoted(seen) || areConfigsChanged(seen)) return {}
  return { lastAppliedSpec: revision, lastPromotedSpec: revision }
}

function complete({ seen }: Turn): Step {
  const reason = 'analysis completed'
  return act(seen, [
    ...shift(seen, toPrimary),
    { kind: 'hold-autoscaler', held: true },
    { kind: 'scale', to: 'zero' },
    writeStatus({
      ...enterPhase(seen, 'Succeeded'),
      ...madeAnew(seen),
      ...ended(seen, { result: 'Succeeded', reason }),
    }),
    { kind: 'finished', result: 'completed' },
    { kind: 'call', type: 'post-rollout', phase: 'Succeeded', eventPhase: 'Succeeded' },
    normal(seen, `Promotion completed! Scaling down ${targetName(seen)}`, 'Succeeded'),
    alert('succeeded', 'Canary analysis completed successfully, promotion finished.'),
  ])
}

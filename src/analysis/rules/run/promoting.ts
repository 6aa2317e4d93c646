/** Phase Promoting: the copy is made; wait for the primary, then move the traffic back to it. */

import { type Routes, splitAt, tenths } from '../../../routers/router.ts'
import { stamp } from '../../../stamp.ts'
import { isMovedOn } from '../../change.ts'
import type { Observation, Step } from '../../decision.ts'
import { canaryName, normal, notReady, toPrimary, writeStatus } from '../../effects/act.ts'
import { act, hold, scaleUpAgain } from '../../effects/upkeep.ts'
import { dueAt, isDue, nextTick } from '../../pacing.ts'
import { isScaledDown } from '../../pods.ts'
import { readRoutes, shift } from '../../routes.ts'
import { changeRun, counters, enterPhase } from '../../status/status.ts'
import { adapt } from '../../strategy.ts'
import type { Turn } from '../../turn.ts'
import type { Rule } from '../rule.ts'
import { primaryIsStuck, routesMustBeReadable, routesMustLeadToPods } from '../shared.ts'

/** The canary's own readiness does not matter any more: the copy is made. */
export const promoting: readonly Rule[] = [
  primaryIsStuck,
  routesMustLeadToPods,
  {
    name: 'primaryMustBeReady',
    because:
      'no traffic goes to a primary that cannot serve; meanwhile the canary keeps its share, and needs its pods for it',
    apply: awaitPrimary,
  },
  routesMustBeReadable,
  {
    name: 'nothingSplitsTraffic',
    because: 'a provider without weights has no traffic to move back',
    apply: ({ seen }) => (seen.abilities.weights ? undefined : moved(seen)),
  },
  {
    name: 'allTrafficAtOnce',
    because:
      'all traffic goes back in one move, unless the Canary asks for steps and the pods are still those that passed',
    apply: ({ seen }) =>
      isStepwise(seen) ? undefined : moved(seen, toPrimary, 'Routing all traffic to primary'),
  },
  {
    name: 'allTrafficIsBack',
    because: 'the last step back was made before',
    apply: ({ seen }) => (routesNow(seen).canary === 0 ? moved(seen) : undefined),
  },
  {
    name: 'stepIsNotDue',
    because: 'the interval paces the steps back as well',
    apply: ({ seen }) => (isDue(seen) ? undefined : act(seen, [], { wakeAt: dueAt(seen) })),
  },
  {
    name: 'primaryWeightAdvances',
    because: 'the primary takes `stepWeightPromotion` more',
    apply: advancePrimary,
  },
]

function awaitPrimary({ seen }: Turn): Step | undefined {
  const { primary } = seen.workload
  if (primary.state === 'ready') return undefined
  const share = readRoutes(seen)?.canary ?? 0
  const told = notReady(seen, primary)
  return share > 0 && isScaledDown(seen) ? scaleUpAgain(seen, [told]) : hold(seen, [told])
}

function routesNow(seen: Observation): Routes {
  return readRoutes(seen) ?? toPrimary
}

function isStepwise(seen: Observation): boolean {
  const { stepWeightPromotion: step } = seen.canary.analysis
  return step > 0 && adapt(seen).strategy !== 'ab-testing' && !isUnproven(seen)
}

function advancePrimary({ seen }: Turn): Step {
  const { stepWeightPromotion: step } = seen.canary.analysis
  const weight = Math.min(100, tenths(routesNow(seen).primary + step))
  return moved(
    seen,
    splitAt(tenths(100 - weight)),
    `Advance ${canaryName(seen)} primary weight ${weight}`,
  )
}

/** Whether the canary's pods are no longer those that passed: nobody should stay with them. */
function isUnproven(seen: Observation): boolean {
  return isMovedOn(seen) || isScaledDown(seen) || seen.workload.target.state === 'failed'
}

/** One move of the traffic back; the last one leads to Finalising. */
function moved(seen: Observation, routes?: Routes, text = ''): Step {
  const next = nextTick(seen)
  const isLast = routes === undefined || routes.canary === 0
  const progress = changeRun(seen, { weight: routes?.canary ?? 0, nextTickAt: stamp(next) })
  const change = isLast
    ? enterPhase(seen, 'Finalising')
    : counters(seen, { weight: routes?.canary ?? 0 })
  return act(
    seen,
    [
      { kind: 'autoscaler', follow: 'all' },
      ...(routes ? shift(seen, routes) : []),
      writeStatus({ ...change, ...progress }),
      ...(routes ? [normal(seen, text)] : []),
    ],
    { wakeAt: next, paced: true },
  )
}

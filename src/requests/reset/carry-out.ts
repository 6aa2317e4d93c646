import type { Effect, Observation, StatusChange, Step } from '../../analysis/decision.ts'
import { alert, phaseOf, toPrimary, writeStatus } from '../../analysis/effects/act.ts'
import { finish, retreat } from '../../analysis/effects/upkeep.ts'
import { wayBackIsShut } from '../../analysis/pods.ts'
import { shift } from '../../analysis/routes.ts'
import { ended } from '../../analysis/status/history.ts'
import { runOf, sync } from '../../analysis/status/status.ts'
import type { Order } from '../../analysis/turn.ts'
import { isRunning } from '../../canary/phases.ts'
import { answered, type Reply } from '../taking/answers.ts'
import { done, type OrderRule, refused } from '../taking/order.ts'
import { isStanding, rowOf } from '../verbs.ts'

export const rules: readonly OrderRule[] = [
  {
    name: 'resetByPerson',
    because: 'a person asks for a clean state',
    apply: reset,
  },
]

/** A clean state: traffic on the primary, counters zero, nothing pending. */
function reset(seen: Observation, order: Order): Step {
  const { canary, workload } = seen
  if (workload.primary.state !== 'ready' && canary.status.canaryWeight === 100)
    return refused(seen, order, `the primary can't take the traffic: ${workload.primary.why}`)
  const shut = wayBackIsShut(seen)
  if (shut !== undefined) return refused(seen, order, shut)
  const { lastPromotedSpec, promotedConfigs, trackedConfigs } = canary.status
  // Held: the target counts as seen. Otherwise only what is promoted does, and a difference runs.
  const known = order.request.hold
    ? {}
    : { lastAppliedSpec: lastPromotedSpec, trackedConfigs: promotedConfigs ?? trackedConfigs }
  const wasRunning = isRunning(phaseOf(seen)) || phaseOf(seen) === 'Waiting'
  const ends = wasRunning || phaseOf(seen) === 'Failed'
  const { by } = order.request
  const record = wasRunning ? ended(seen, { result: 'Aborted', reason: 'reset', by }) : {}
  if (workload.primary.state === 'missing') return initializeAgain(seen, order, record)
  const { paused: _, ...rest } = record.canaryAnalysis ?? runOf(seen)
  const effects: Effect[] = [
    ...shift(seen, toPrimary),
    { kind: 'hold-autoscaler', held: true },
    { kind: 'scale', to: 'zero' },
    writeStatus({
      ...sync(seen, 'Initialized', { message: 'The canary was reset.' }),
      ...known,
      ...record,
      canaryAnalysis: rest,
    }),
  ]
  const replies = [done(order, 'clean state, traffic on the primary'), ...dropped(seen)]
  const alerts = ends ? [alert('ended', 'The canary was reset.')] : []
  return retreat(seen, [...answered(seen, effects, ...replies), ...alerts])
}

/** The primary is gone: who asks for a reset accepts the target as it is for the new one. */
function initializeAgain(seen: Observation, order: Order, record: StatusChange): Step {
  const message = 'The canary was reset, and starts anew because its primary is gone.'
  const { paused: _, ...rest } = record.canaryAnalysis ?? runOf(seen)
  const begun = writeStatus({
    ...sync(seen, 'Initializing', { message }),
    ...record,
    ...nothingPromoted,
    canaryAnalysis: rest,
  })
  const replies = [done(order, 'the primary is made from the target'), ...dropped(seen)]
  // Nothing else first: until this is written, an unverified target is not copied.
  return finish(answered(seen, [begun], ...replies))
}

/** What was is gone with the primary; its next one is a first copy again. */
const nothingPromoted: StatusChange = {
  lastAppliedSpec: undefined,
  lastPromotedSpec: undefined,
  promotedConfigs: undefined,
}

/** What stands beside it goes with a reset. */
function dropped({ requests }: Observation): Reply[] {
  return requests
    .filter(({ verb }) => isStanding(rowOf(verb)))
    .map((request) => ({ request, result: 'superseded', message: 'the canary was reset' }))
}

/** A canary whose target is gone, or can't be used: what is safe is done, the rest waits. */
import { isNew, isRunning } from '../../canary/phases.ts'
import { abortEffects } from '../../requests/abort/carry-out.ts'
import { answered } from '../../requests/taking/answers.ts'
import { done } from '../../requests/taking/order.ts'
import type { Observation, Step } from '../decision.ts'
import { alert, later, phaseOf, report } from '../effects/act.ts'
import { rollBackEffects } from '../effects/rollback.ts'
import { finish, firstSight } from '../effects/upkeep.ts'
import { readRoutes } from '../routes.ts'
import type { Turn } from '../turn.ts'
import type { Rule } from './rule.ts'

/** Before everything that needs a target. */
export const targetIsGone: readonly Rule[] = [
  {
    name: 'abortedWithoutTarget',
    because: 'a person may end a run whose target is gone',
    apply: unlessThere(abort),
  },
  {
    name: 'trafficIsTakenBack',
    because:
      'the pods of the canary are gone with the target: every request that still goes there fails',
    apply: unlessThere(takeBack),
  },
  {
    name: 'orderNeedsTarget',
    because: 'what a person asks for cannot be done without a target',
    apply: unlessThere(refuse),
  },
  {
    name: 'targetIsAwaited',
    because: 'without a target there is nothing to roll out',
    apply: unlessThere(({ seen }, why) =>
      finish([...firstSight(seen), report(seen, why)], { wakeAt: nextLook(seen) }),
    ),
  },
]

/** The rule where the target is missing, with the reason. */
function unlessThere(apply: (turn: Turn, why: string) => Step | undefined): Rule['apply'] {
  return (turn) => {
    const { target } = turn.seen.workload
    return target.state === 'missing' ? apply(turn, target.why) : undefined
  }
}

function abort({ seen, order }: Turn): Step | undefined {
  if (order?.verb !== 'abort') return undefined
  const reply = done(order, 'the canary is rolled back')
  const wakeAt = nextLook(seen)
  return finish(answered(seen, abortEffects(seen, order), reply), { wakeAt })
}

function takeBack({ seen }: Turn, why: string): Step | undefined {
  if (!hasTraffic(seen)) return undefined
  const reason = `the target is gone: ${why}`
  const told = [report(seen, why), alert('failed', `Rolling back, ${reason}`)]
  const wakeAt = nextLook(seen)
  return finish(rollBackEffects(seen, { reason, told, message: reason }), { wakeAt })
}

/** Before the first initialization a reset may wait: the target is still to come. */
function refuse({ seen, order }: Turn, why: string): Step | undefined {
  if (!order || isNew(phaseOf(seen))) return undefined
  const { request } = order
  const reply = { request, result: 'rejected', message: `there is no target: ${why}` } as const
  const told = [...firstSight(seen), report(seen, why)]
  return finish(answered(seen, told, reply), { wakeAt: nextLook(seen) })
}

function hasTraffic(seen: Observation): boolean {
  const routes = readRoutes(seen)
  return isRunning(phaseOf(seen)) && routes !== undefined && (routes.canary > 0 || routes.mirrored)
}

function nextLook({ now, canary }: Observation): Date {
  return later(now, canary.analysis.intervalMs)
}

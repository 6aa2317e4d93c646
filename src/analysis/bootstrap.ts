/** From a new Canary to `Initialized`: everything exists, the primary serves, the target rests. */
import { isNew as isNewPhase } from '../canary/phases.ts'
import {
  alert,
  canaryName,
  isDecision,
  later,
  metrics,
  normal,
  phaseOf,
  status,
  told,
  toPrimary,
} from './act.ts'
import type { Decision, Effect, Observation } from './decision.ts'
import { entered, sync } from './status.ts'
import type { Turn } from './turn.ts'
import { finish, foundations, frontage } from './upkeep.ts'

/** The first write of all, so that people see that somebody cares for the object. */
export function firstSight(seen: Observation): Effect[] {
  if (seen.canary.status.conditions !== undefined) return []
  return [status(entered(seen, 'Initializing'))]
}

export function bootstrap(turn: Turn): Decision {
  const { seen } = turn
  const { primary } = seen.workload
  const first = [...firstSight(seen), ...foundations()]
  if (primary.state === 'missing') {
    const { onceMade } = primary
    return finish(onceMade === undefined ? first : [...first, waitsFor(onceMade)])
  }
  // Also when it failed: the target still serves, and there is nothing to roll back to.
  if (primary.state !== 'ready') {
    const again = later(seen.now, seen.canary.analysis.intervalMs)
    // A primary that its autoscaler holds at zero gets its pods by that.
    const woken = seen.workload.atRest?.primary === true
    const scaled: Effect[] = woken ? [{ kind: 'autoscaler', follow: 'nothing' }] : []
    return finish([...first, ...scaled, waitsFor(primary.why)], { wakeAt: again })
  }

  const providers = seen.canary.skipAnalysis ? undefined : metrics(turn, 'providers')
  if (providers && isDecision(providers)) return providers
  return finish([
    ...first,
    { kind: 'autoscaler', follow: 'nothing' },
    { kind: 'hold-autoscaler', held: true },
    ...frontage(toPrimary),
    { kind: 'scale', to: 'zero' },
    status(initialized(seen)),
    ...(providers ? told(seen, providers, 'Initializing') : []),
    normal(seen, `Initialization done! ${canaryName(seen)}`, 'Initialized'),
    alert('started', `New ${seen.canary.spec.targetRef.kind} detected, initialization completed.`, {
      fields: true,
    }),
  ])
}

/**
 * What the primary runs is what counts as promoted. Where the target moved on meanwhile, the
 * difference is a change, and starts a run.
 */
function initialized(seen: Observation) {
  const { primaryRevision, revision, configs, sizes } = seen.workload
  const promoted = primaryRevision ?? revision
  return {
    ...sync(seen, 'Initialized'),
    lastAppliedSpec: promoted,
    lastPromotedSpec: promoted,
    promotedConfigs: configs,
    ...(sizes && { askedReplicas: { count: sizes.target || sizes.primary } }),
  }
}

/** Whether the canary has not been brought up yet. */
export function isNew(seen: Observation): boolean {
  return isNewPhase(phaseOf(seen))
}

/** The phase is the one that the first write of this step leads to. */
function waitsFor(why: string): Effect {
  return { kind: 'report', type: 'Warning', message: why, phase: 'Initializing' }
}

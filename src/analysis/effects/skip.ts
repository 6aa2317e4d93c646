/** Promotion without analysis: the same copy and the same care, no checks. */

import { stamp } from '../../stamp.ts'
import { isBackAtPromoted } from '../change.ts'
import type { Effect, Observation, Step } from '../decision.ts'
import { shift } from '../routes.ts'
import { ended } from '../status/history.ts'
import { enterPhase } from '../status/status.ts'
import type { Turn } from '../turn.ts'
import { alert, copying, normal, targetName, toPrimary, writeStatus } from './act.ts'
import { act, hold } from './upkeep.ts'

/**
 * Copies first; with the copy ready on the primary, moves the traffic and scales the canary down.
 * The phase stays Progressing meanwhile, as people who watch Flagger expect.
 */
export function skipPromotion({ seen }: Turn): Step {
  if (!isSkipCopied(seen)) return hold(seen, [{ kind: 'promote' }, ...noted(seen), copying(seen)])
  const reason = 'analysis was skipped'
  return act(seen, [
    ...shift(seen, toPrimary),
    { kind: 'autoscaler', follow: 'all' },
    { kind: 'hold-autoscaler', held: true },
    { kind: 'scale', to: 'zero' },
    writeStatus({
      ...enterPhase(seen, 'Succeeded'),
      ...ended(seen, { result: 'Skipped', reason }),
    }),
    { kind: 'finished', result: 'skipped' },
    { kind: 'call', type: 'post-rollout', phase: 'Succeeded', eventPhase: 'Succeeded' },
    normal(
      seen,
      `Promotion completed! Canary analysis was skipped for ${targetName(seen)}`,
      'Succeeded',
    ),
    alert('succeeded', 'Canary analysis was skipped, promotion finished.'),
  ])
}

/**
 * Whether the primary got the revision. The note counts as well: an admission webhook may have
 * changed the copy, which then never is what was written.
 */
export function isSkipCopied(seen: Observation): boolean {
  return seen.workload.promoted || isBackAtPromoted(seen)
}

/**
 * From the copy on this is what is promoted: a target that is put back then has a run to come. The
 * deadline of a primary whose kind keeps no time counts from here.
 */
function noted(seen: Observation): Effect[] {
  const { revision, configs } = seen.workload
  if (isBackAtPromoted(seen)) return []
  return [
    writeStatus({
      lastPromotedSpec: revision,
      promotedConfigs: configs,
      lastTransitionTime: stamp(seen.now),
    }),
  ]
}

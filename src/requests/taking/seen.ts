/** The situation of a request as the controller sees it in the cluster. */

import { isChanged } from '../../analysis/change.ts'
import type { Observation } from '../../analysis/decision.ts'
import { phaseOf } from '../../analysis/effects/act.ts'
import { readRoutes } from '../../analysis/routes.ts'
import { runOf } from '../../analysis/status/status.ts'
import { adapt } from '../../analysis/strategy.ts'
import type { Request } from '../fields.ts'
import type { Situation } from '../situation.ts'

/** `pause` is the request by which it is paused. */
export function situationOf(seen: Observation, pause: Request | undefined): Situation {
  const { canary, abilities, workload, requests } = seen
  const phase = phaseOf(seen)
  const isPaused = pause !== undefined
  return {
    canary,
    phase,
    isChanged: isChanged(seen),
    isHeld: phase !== 'Progressing' || runOf(seen).gate !== undefined || isPaused,
    isPaused,
    weight: readRoutes(seen)?.canary ?? 0,
    ...adapt(seen),
    movesTraffic: abilities.weights,
    isPrimaryGone: workload.primary.state === 'missing',
    pending: requests,
  }
}

/** Which list of rules a canary goes through, by its phase and, in a run, its strategy. */

import type { Observation } from '../decision.ts'
import { phaseOf } from '../effects/act.ts'
import { type Adapted, adapt } from '../strategy.ts'
import { idle } from './idle.ts'
import type { Rule } from './rule.ts'
import { blueGreen } from './run/blue-green.ts'
import { byIterations } from './run/by-iterations.ts'
import { byWeights } from './run/by-weights.ts'
import { checks } from './run/checks.ts'
import { finalising } from './run/finalising.ts'
import { progressing } from './run/progressing.ts'
import { promoting } from './run/promoting.ts'

/** How a run moves on, by its strategy. */
export const moves: Readonly<Record<Adapted['strategy'], readonly Rule[]>> = {
  canary: byWeights,
  'ab-testing': byIterations,
  'blue-green': blueGreen,
}

/** The rules of an initialized canary. The last of each list always decides. */
export function rulesOf(seen: Observation): readonly Rule[] {
  switch (phaseOf(seen)) {
    case 'Progressing':
    case 'WaitingPromotion':
      return [...progressing, ...checks, ...moves[adapt(seen).strategy]]
    case 'Promoting':
      return promoting
    case 'Finalising':
      return finalising
    default:
      return idle
  }
}

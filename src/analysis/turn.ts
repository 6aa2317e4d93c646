/** The state of one step while it is decided: what was seen, answered and ordered. */

import type { Request } from '../requests/fields.ts'
import type { Verb } from '../requests/names.gen.ts'
import type { CheckResult, Effect, Observation, Verdicts } from './decision.ts'
import type { Adapted } from './strategy.ts'

/** A request that this step must carry out. */
export interface Order {
  verb: Verb
  mode: string
  request: Request
}

/** One step under way: what was seen, what was answered, and what a person ordered. */
export interface Turn {
  seen: Observation
  verdicts: Verdicts
  order?: Order | undefined
}

export interface RunTurn extends Turn {
  adapted: Adapted
  /** Answers of this step's checks, for the status. */
  results: CheckResult[]
  /** Events of this step so far. */
  before: Effect[]
}

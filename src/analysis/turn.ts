/** The state of one step while it is decided: what was seen, answered and ordered. */

import type { Request } from '../requests/fields.ts'
import type { Verb } from '../requests/names.gen.ts'
import type { CheckResult, Effect, Observation, Verdicts } from './decision.ts'

/** A request that this step must carry out. */
export interface Order {
  verb: Verb
  mode: string
  request: Request
}

/** One step under way: what was seen, what was answered, and what a person wants. */
export interface Turn {
  seen: Observation
  /** What the outside world answered. */
  verdicts: Verdicts
  /** What a person's order, or a skip, has answered already: nobody is asked. */
  preset: Verdicts
  order?: Order | undefined
  /** A person holds the canary. */
  isPaused: boolean
  /** The run is promoted without checks. */
  skip: boolean
  /** Events of this step so far. */
  before: readonly Effect[]
  /** Answers of this step's checks, for the status. */
  results: readonly CheckResult[]
}

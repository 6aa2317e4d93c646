/** A row of the table of requests: what a person can ask for, and what it comes to in which phase. */

import type { RequestFields } from './fields.ts'
import type { Fit } from './fit.ts'
import type { Verb } from './names.gen.ts'
import type { Situation } from './situation.ts'

/** What is asked: the fields of a request, by annotation or by the plugin's flags. */
export type Asked = RequestFields

export interface RequestVerb {
  /** Its annotation behind the prefix, and the command of the plugin. */
  name: Verb
  /** Of several at once the lowest goes first: the safest. */
  safety: number
  /** Done and removed, or standing until a run has used it up, or until somebody removes it. */
  lasts: 'once' | 'until-used' | 'until-removed'
  /** Still right when it comes late: what a person asked for while no controller was there. */
  neverExpires?: boolean
  /** The verb whose annotation this one takes away; it has none of its own. */
  takesBack?: Verb
  /** The modes that its annotation knows. */
  modes?: readonly string[]
  /** Whether it can be done as things stand, is so already, or can't be, and why. */
  fit(asked: Asked, at: Situation): Fit
  /** What the plugin asks a flag for first; an annotation by hand means it. */
  guard?(asked: Asked, at: Situation): Fit | undefined
}

/** What a request says: the data of the contract by annotation. */
import type { Verb } from './names.gen.ts'

/** What the plugin writes as JSON; `true`, written by hand, means all defaults. */
export interface RequestFields {
  /** Never acted on twice. */
  id?: string
  /** RFC 3339. */
  at?: string
  by?: string
  reason?: string
  /** The revision that the person saw; a request for another one is rejected. */
  revision?: string
  /** promote: which way; absent means open the gate, or go to the end where none is waited at. */
  mode?: string
  /** promote, mode `step`: how many. */
  steps?: number
  /** promote, mode `weight`: percent. */
  weight?: number
  /** pause: resume by itself then; RFC 3339. */
  until?: string
  /** Of what is done once: not before then; RFC 3339. Until then it stays on the object. */
  from?: string
  /** reset: stay idle, also when the target differs from what is promoted. */
  hold?: boolean
  /** reset: also in the middle of a run. abort: also while no pod of the primary is ready. */
  force?: boolean
}

export interface Request extends RequestFields {
  verb: Verb
  /** Key of the annotation. */
  annotation: string
  /** Its value as found. */
  value: string
  /** Set when the value is neither a word nor readable JSON; says why. */
  unreadable?: string
}

/** Pending requests, safest first. */
export type Requests = readonly Request[]

/** Ways to get a change from Flagger, which does not read requests: as data. */

export type Fallback = ByField | ByHook | ByNewPods

/** Absent fields mean no. */
interface Manner {
  /** What stdout says when it is done. */
  done: string
  /** Nothing is lost by it: nobody is asked. */
  isHarmless?: boolean
  /** Flagger acts on it with its next look. */
  isAtNextTick?: boolean
}

/** A field of the object itself; `back` is what has to be put back when the run has ended. */
export interface ByField extends Manner {
  kind: 'spec' | 'status'
  field: string
  value: boolean | string | number
  back?: boolean
}

/** A POST to the load tester behind a hook of the Canary, through the API server. */
export interface ByHook extends Manner {
  kind: 'hook'
  type: string
  /** The end of the address of hooks that Flagger's load tester answers. */
  ending: string
  path: string
}

/** New pods of the target are a new revision, which Flagger runs; those of the primary are no run. */
export interface ByNewPods {
  kind: 'new-pods'
  of: 'target' | 'primary'
}

/** A field of the spec. */
export function bySpec(
  field: string,
  value: boolean,
  of: { done: string; back?: boolean; isHarmless?: boolean },
): ByField {
  return { kind: 'spec', field, value, ...of, done: `${of.done} (spec.${field})` }
}

/** A field of the status. */
export function byStatus(
  field: string,
  value: string | number,
  of: { done: string; isHarmless?: boolean; isAtNextTick?: boolean },
): ByField {
  return { kind: 'status', field, value, ...of, done: `${of.done} (status.${field})` }
}

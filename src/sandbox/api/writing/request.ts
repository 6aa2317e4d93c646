/** What every write may carry beside the object. */

export interface WriteOptions {
  subresource?: 'status' | 'scale' | undefined
  /** Answer as if written, and write nothing. */
  dryRun?: boolean | undefined
  fieldManager?: string | undefined
  fieldValidation?: 'Ignore' | 'Warn' | 'Strict' | undefined
}

export type PatchType = 'merge' | 'strategic' | 'json' | 'apply'

export interface PatchOptions extends WriteOptions {
  type: PatchType
  /** For apply: take fields over from other managers. */
  force?: boolean | undefined
}

export interface DeleteOptions {
  dryRun?: boolean | undefined
  uid?: string | undefined
  resourceVersion?: string | undefined
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' | undefined
  gracePeriodSeconds?: number | undefined
}

export interface Written<T> {
  object: T
  created: boolean
  /** Sentences for the Warning header. */
  warnings: string[]
}

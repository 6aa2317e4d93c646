// Generated from the folders beside it by `npm run generate`; not to be edited.
import type { OrderRule } from './carry-out.ts'
import { rules as abort } from './abort/carry-out.ts'
import { rules as promote } from './promote/carry-out.ts'
import { rules as reset } from './reset/carry-out.ts'
import { rules as restart } from './restart/carry-out.ts'
import { rules as retry } from './retry/carry-out.ts'

/** The rules of each verb that is done at once. */
export const verbRules: Readonly<Record<string, readonly OrderRule[]>> = {
  abort,
  promote,
  reset,
  restart,
  retry,
}

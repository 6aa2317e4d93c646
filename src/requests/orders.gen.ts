// Generated from the folders beside it by `npm run generate`; not to be edited.
import { rules as abort } from './abort/carry-out.ts'
import { rules as promote } from './promote/carry-out.ts'
import { rules as reset } from './reset/carry-out.ts'
import { rules as restart } from './restart/carry-out.ts'
import { rules as retry } from './retry/carry-out.ts'
import type { OrderRule } from './taking/order.ts'

/** The rules of each verb that is done at once. */
export const verbRules: Readonly<Record<string, readonly OrderRule[]>> = {
  abort,
  promote,
  reset,
  restart,
  retry,
}

// Generated from the folders beside it by `npm run generate`; not to be edited.
import { abort } from './abort/index.ts'
import { pause } from './pause/index.ts'
import { promote } from './promote/index.ts'
import { reset } from './reset/index.ts'
import { restart } from './restart/index.ts'
import { resume } from './resume/index.ts'
import { retry } from './retry/index.ts'
import { skipAnalysis } from './skip-analysis/index.ts'
import type { RequestVerb } from './verb.ts'

/** Every verb that a person can ask for, in the order of their folders. */
export const verbs: readonly RequestVerb[] = [
  abort,
  pause,
  promote,
  reset,
  restart,
  resume,
  retry,
  skipAnalysis,
]

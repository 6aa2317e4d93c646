// Generated from the folders beside it by `npm run generate`; not to be edited.
import { discord } from './discord/index.ts'
import { gchat } from './gchat/index.ts'
import { msteams } from './msteams/index.ts'
import { opsgenie } from './opsgenie/index.ts'
import { pagerduty } from './pagerduty/index.ts'
import { rocket } from './rocket/index.ts'
import { slack } from './slack/index.ts'
import { webhook } from './webhook/index.ts'
import type { NotifierService } from './notifier.ts'

/** Every chat and paging service, in the order of their folders. */
export const notifierServices: readonly NotifierService[] = [
  discord,
  gchat,
  msteams,
  opsgenie,
  pagerduty,
  rocket,
  slack,
  webhook,
]

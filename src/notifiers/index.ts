/** The registry of notifiers, by `AlertProvider.spec.type`. */
import { gchat } from './gchat.ts'
import { msteams } from './msteams.ts'
import type { Notifier } from './notifier.ts'
import { pagerduty } from './pagerduty.ts'
import { discord, rocket, slack } from './slack.ts'
import { webhook } from './webhook.ts'

export const notifiers: Readonly<Record<string, Notifier>> = {
  discord,
  gchat,
  msteams,
  pagerduty,
  rocket,
  slack,
  webhook,
}

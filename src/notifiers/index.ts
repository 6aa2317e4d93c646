/** The registry of notifiers, by `AlertProvider.spec.type`. */

import type { Notifier } from './notifier.ts'
import { gchat } from './services/gchat.ts'
import { msteams } from './services/msteams.ts'
import { pagerduty } from './services/pagerduty.ts'
import { discord, rocket, slack } from './services/slack.ts'
import { webhook } from './services/webhook.ts'

export const notifiers: Readonly<Record<string, Notifier>> = {
  discord,
  gchat,
  msteams,
  pagerduty,
  rocket,
  slack,
  webhook,
}

/** The registry of notifiers, by `AlertProvider.spec.type`. */
import { gchat } from './gchat.ts'
import { msteams } from './msteams.ts'
import type { Notifier } from './notifier.ts'
import { discord, rocket, slack } from './slack.ts'

export const notifiers: Readonly<Record<string, Notifier>> = {
  discord,
  gchat,
  msteams,
  rocket,
  slack,
}

/** Rocket.Chat takes Slack's format, with colours of its own. */
import type { NotifierService } from '../notifier.ts'
import { slackFormat } from '../slack-format.ts'

const notifier = slackFormat({
  label: 'Rocket',
  colors: { error: '#FF0000', other: '#0076D7' },
  address: (address) => address,
  authorized: false,
  hasEntities: false,
})

export const rocket: NotifierService = { type: 'rocket', notifier }

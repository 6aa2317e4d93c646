/** Incoming webhooks, and `chat.postMessage` with a token. */
import type { NotifierService } from '../notifier.ts'
import { slackFormat } from '../slack-format.ts'

const notifier = slackFormat({
  label: 'Slack',
  colors: { error: 'danger', other: 'good' },
  address: (address) => address,
  authorized: true,
  hasEntities: true,
})

export const slack: NotifierService = { type: 'slack', notifier }

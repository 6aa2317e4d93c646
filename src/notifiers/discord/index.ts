/** Discord takes Slack's format at an address that ends with `/slack`. */
import type { NotifierService } from '../notifier.ts'
import { slackFormat } from '../slack-format.ts'

const notifier = slackFormat({
  label: 'Discord',
  colors: { error: 'danger', other: 'good' },
  address: slackCompatible,
  authorized: false,
  hasEntities: false,
})

export const discord: NotifierService = { type: 'discord', notifier }

function slackCompatible(address: string): string {
  const url = new URL(address)
  if (!url.pathname.endsWith('/slack')) url.pathname = `${url.pathname.replace(/\/$/, '')}/slack`
  return url.href
}

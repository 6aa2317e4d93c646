/** Slack's format, which others speak too: attachments with author, colour and fields. */
import { ProviderError } from '../errors.ts'
import { escaped, withEntities, withoutHiddenLinks } from './markup.ts'
import type { Alert, Notifier, NotifierTarget } from './notifier.ts'
import { postJson } from './post.ts'

/** In what the services that speak it differ. */
export interface Dialect {
  label: string
  colors: { error: string; other: string }
  address: (address: string) => string
  authorized: boolean
  /** Whether `<` and `&` begin something, as in Slack; elsewhere entities would be shown as such. */
  hasEntities: boolean
}

/** The notifier of a service that takes attachments as Slack does. */
export function slackFormat({
  label,
  colors,
  address,
  authorized,
  hasEntities,
}: Dialect): Notifier {
  const plain = hasEntities ? withEntities : withoutHiddenLinks
  return {
    escape: plain,
    request(target, alert) {
      if (!URL.canParse(target.address)) throw new ProviderError(`invalid ${label} hook URL`)
      if (target.username === '') throw new ProviderError(`empty ${label} username`)
      if (target.channel === '') throw new ProviderError(`empty ${label} channel`)
      const color = alert.severity === 'error' ? colors.error : colors.other
      const body = message(target, escaped(alert, plain), color)
      const token = authorized ? target.token : ''
      return postJson({ ...target, address: address(target.address), token }, body)
    },
  }
}

/** A reply is shown in the channel as well: who looks there only misses nothing. */
function message({ channel, username, thread }: NotifierTarget, alert: Alert, color: string) {
  return {
    channel: thread?.channel ?? channel,
    ...(thread && { thread_ts: thread.id, reply_broadcast: true }),
    username,
    icon_url: '',
    icon_emoji: ':rocket:',
    attachments: [
      {
        color,
        author_name: alert.title,
        text: alert.message,
        mrkdwn_in: ['text'],
        fields: alert.fields.map(({ name, value }) => ({ title: name, value, short: false })),
      },
    ],
  }
}

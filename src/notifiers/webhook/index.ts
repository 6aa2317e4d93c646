/** Any service that takes JSON: the alert as it is, without a format of a chat. */
import type { Notifier, NotifierService } from '../notifier.ts'
import { postJson } from '../post.ts'

const notifier: Notifier = {
  isPlain: true,

  request(target, { occasion, severity, title, message, fields }) {
    const { channel, username } = target
    return postJson(target, {
      title,
      occasion,
      severity,
      message,
      channel,
      username,
      fields: Object.fromEntries(fields.map(({ name, value }) => [name, value])),
    })
  },
}

export const webhook: NotifierService = { type: 'webhook', notifier }

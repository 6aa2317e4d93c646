/** Slack: incoming webhooks, and `chat.postMessage` with the token of a bot. */
import type { HttpAnswer } from '../../io/http.ts'
import { isMap, readJson } from '../../json.ts'
import type { Notifier, NotifierService, NotifierTarget, Thread } from '../notifier.ts'
import { slackFormat } from '../slack-format.ts'

const postMessage = 'https://slack.com/api/chat.postMessage'

const format = slackFormat({
  label: 'Slack',
  colors: { error: 'danger', other: 'good' },
  address: (address) => address,
  authorized: true,
  hasEntities: true,
})

const notifier: Notifier = {
  ...format,
  hasOwnAddress: 'with a token',

  request(target, alert) {
    const address = target.address || (target.token === '' ? '' : postMessage)
    return format.request({ ...target, address }, alert)
  },

  threadIn: (target, answer) => (isOfBot(target) ? begunBy(answer) : undefined),
}

export const slack: NotifierService = { type: 'slack', notifier }

/** Webhooks answer `ok`, and know no threads. */
function isOfBot({ address, token }: NotifierTarget): boolean {
  return token !== '' && (address === '' || /\/chat\.postMessage\/?$/.test(address))
}

/** `{"ok":true,"channel":"C123ABC456","ts":"1503435956.000247"}` */
function begunBy({ body }: HttpAnswer): Thread | undefined {
  const read = readJson(body)
  if (!isMap(read)) return undefined
  const { channel, ts } = read
  const isThread = typeof channel === 'string' && typeof ts === 'string' && ts !== ''
  return isThread ? { channel, id: ts } : undefined
}

/** What the answer of a chat or paging service means. */
import type { HttpAnswer } from '../io/http.ts'
import { isMap, readJson } from '../json.ts'
import { credentialsIn, withoutSecrets } from '../secrets.ts'
import type { Notifier, NotifierTarget } from './notifier.ts'

export type Attempt =
  | { sent: true }
  | {
      sent: false
      /** The end of a sentence that starts with the receiver. */
      why: string
      /** Another try would end the same way. */
      isFinal: boolean
      /** The time that the service asks for, as HTTP has it. */
      retryAfter?: string | undefined
    }

const longestText = 200

/** Any 2xx is success, but some services say so to a wrong channel or token too. */
export function attemptOf(
  answer: HttpAnswer,
  target: NotifierTarget,
  { isPlain }: Pick<Notifier, 'isPlain'> = {},
): Attempt {
  const { status, body, headers } = answer
  const text = withoutSecrets(body.trim(), secretsOf(target)).slice(0, longestText)
  if (status < 200 || status > 299) {
    const isFinal = status !== 429 && (status < 500 || status === 501)
    const why = `send error: sending notification bad response ${status}: ${text}`
    return { sent: false, why, isFinal, retryAfter: headers['retry-after'] }
  }
  const error = isPlain ? undefined : refusalIn(body)
  if (error === undefined) return { sent: true }
  const retryAfter = headers['retry-after']
  const why = `send error: refused: ${text}`
  return { sent: false, why, isFinal: !passing.includes(error), retryAfter }
}

/** Errors of Slack that are its own, and over in a moment. */
const passing: readonly unknown[] = [
  ...['ratelimited', 'rate_limited', 'request_timeout', 'service_unavailable'],
  ...['internal_error', 'fatal_error', 'team_added_to_org'],
]

/**
 * What a 2xx says that is none: `{"ok":false,"error":"channel_not_found"}` of Slack,
 * `{"success":false,"error":…}` of Rocket.Chat, and a sentence of the connectors of Teams. The error
 * in their words; undefined where all is well.
 */
function refusalIn(body: string): unknown {
  const [, status] = connectorFailure.exec(body) ?? []
  if (status !== undefined) return busy.includes(status) ? 'service_unavailable' : status
  const read = readJson(body)
  const isRefusal = isMap(read) && (read.ok === false || read.success === false)
  return isRefusal ? (read.error ?? '') : undefined
}

/** `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 …` */
const connectorFailure = /^Webhook message delivery failed with error: .* HTTP error (\d{3})/

const busy: readonly (string | undefined)[] = ['429', '500', '502', '503', '504']

/** Paths of chat services are keys. */
function secretsOf({ address, token }: NotifierTarget): string[] {
  const url = URL.parse(address)
  return [token, address, ...credentialsIn(address), ...(url ? [url.pathname, url.search] : [])]
}

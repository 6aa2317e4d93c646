/** Servers and proxies repeat what they were sent; events and logs must not. */
import type { HttpRequest } from '../../io/http.ts'
import { withoutSecrets } from '../../secrets.ts'

/** Of the values of a Secret, those that are no secrets. */
const shownKeys = new Set(['username', 'project', 'database', 'ca.crt', 'tls.crt'])

const telling = /auth|cookie|key|secret|token/i

/** What of a request must not be shown: values of the Secret, and headers that carry credentials. */
export function secretsOf(
  { headers = {} }: Pick<HttpRequest, 'headers'>,
  secret: Readonly<Record<string, string>> = {},
): string[] {
  const ofSecret = Object.entries(secret).flatMap(([key, value]) =>
    shownKeys.has(key) ? [] : [value],
  )
  const ofHeaders = Object.entries(headers).flatMap(([name, value]) =>
    telling.test(name) ? [value].flat() : [],
  )
  // `Basic abc`: the second part is enough to know.
  const words = ofHeaders.flatMap((value) => [value, value.slice(value.indexOf(' ') + 1)])
  return [...ofSecret, ...words]
}

/** Room for a reason, and for the page of a proxy to be recognized. */
const longestError = 600

/** What went wrong, for events: first without secrets, then cut, so that no part of one is left. */
export function shownError(text: string, secrets: readonly string[]): string {
  const shown = withoutSecrets(text, secrets)
  return shown.length > longestError ? `${shown.slice(0, longestError)}…` : shown
}

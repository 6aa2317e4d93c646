/** Servers and proxies repeat what they were sent; events and logs must not. */
import type { HttpRequest } from '../io/http.ts'

const telling = /auth|cookie|key|secret|token/i

/** What of a request must not be shown: values of the Secret, and headers that carry credentials. */
export function secretsOf(
  { headers = {} }: Pick<HttpRequest, 'headers'>,
  secret: Readonly<Record<string, string>> = {},
): string[] {
  const ofSecret = Object.entries(secret).flatMap(([key, value]) =>
    key === 'username' ? [] : [value],
  )
  const ofHeaders = Object.entries(headers).flatMap(([name, value]) =>
    telling.test(name) ? [value].flat() : [],
  )
  // `Basic abc`: the second part is enough to know.
  const words = ofHeaders.flatMap((value) => [value, value.slice(value.indexOf(' ') + 1)])
  return [...ofSecret, ...words]
}

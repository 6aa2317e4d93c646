/** What credentials are made from, and how those are asked that give them out. */

import { messageOf, ProviderError } from '../../errors.ts'
import { isMap, readJson } from '../../json.ts'
import type { Clock } from '../clock.ts'
import type { Http, HttpAnswer, HttpRequest } from '../http.ts'

export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>
  /** The text of a file as it stands; rejects where it can't be read. */
  readFile(path: string): Promise<string>
  /** For what the controller itself asks: services of the machine it runs on, and of its cloud. */
  own: Http
  /** For addresses that stand in a Secret, which are as good as any address of a user. */
  users: Http
  clock: Clock
}

/** Longer than a service of the same machine ever takes. */
export const nearbyMs = 2_000
export const cloudMs = 5_000

/** A file that the environment names, without white space around its text. */
export async function fileNamed(
  path: string,
  { readFile }: Pick<Surroundings, 'readFile'>,
): Promise<string> {
  try {
    return (await readFile(path)).trim()
  } catch (cause) {
    throw new ProviderError(`${path} can't be read: ${messageOf(cause)}`, { cause })
  }
}

/**
 * The answer to a request for credentials. Throws ProviderError where it is no success, with the
 * status alone: what such a server says may repeat what it was sent.
 */
export async function given(http: Http, request: HttpRequest): Promise<HttpAnswer> {
  const answer = await http(request)
  if (answer.status >= 200 && answer.status < 300) return answer
  const { origin } = new URL(request.url)
  throw new ProviderError(`${origin} gave no credentials: status ${answer.status}`)
}

/** A text of one object; throws ProviderError, which does not show it, where it is none. */
export function objectIn(text: string, what: string): Record<string, unknown> {
  // Without the cause, which would quote what may be a key.
  const read = readJson(text)
  if (isMap(read)) return read
  throw new ProviderError(`${what} is not a JSON object`)
}

/** The member, which must be a text; throws ProviderError, which does not show it. */
export function textIn(of: Readonly<Record<string, unknown>>, member: string, what: string) {
  const value = of[member]
  if (typeof value === 'string' && value !== '') return value
  throw new ProviderError(`${what} has no ${member}`)
}

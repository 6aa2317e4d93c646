/** The one kind of request that chat services take. */
import type { HttpRequest } from '../io/http.ts'
import type { NotifierTarget } from './notifier.ts'

const timeoutMs = 5_000
/** An answer is read for the reason of a refusal only. */
const mostAnswerBytes = 8 * 1024

/** A JSON document to the target's address, through its proxy, with its token. */
export function postJson(target: NotifierTarget, body: unknown): HttpRequest {
  const { address, token, proxy } = target
  return {
    method: 'POST',
    url: address,
    headers: {
      'content-type': 'application/json',
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    timeoutMs,
    mostBytes: mostAnswerBytes,
    ...(proxy !== '' && { proxy }),
  }
}

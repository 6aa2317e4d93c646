/** One call of a hook as an HTTP request. */
import type { EffectiveWebhook } from '../canary/analysis.ts'
import type { HttpRequest } from '../io/http.ts'
import { backoffMs, readRetryAfter } from '../retry.ts'

/** Methods that `metadata.method` may ask for, in place of POST. */
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Only a reason is read from an answer; whatever follows is none of ours. */
const mostAnswerBytes = 64 * 1024

/** For a timeout of zero, which is none. */
const defaultTimeoutMs = 10_000

/**
 * The request for a hook. `metadata` is the hook's own, rendered. Its keys `method` and `body`
 * replace method and body, so that a hook can call a service that knows nothing of canaries.
 */
export function hookRequest(
  hook: EffectiveWebhook,
  metadata: Readonly<Record<string, string>>,
  payload: string,
): HttpRequest {
  const own = isForLoadTester(metadata) ? {} : metadata
  const wanted = own.method?.trim().toUpperCase()
  const method = methods.find((known) => known === wanted) ?? 'POST'
  const body = own.body ?? payload
  return {
    method,
    url: hook.url,
    headers: { 'content-type': 'application/json' },
    ...(method !== 'GET' && { body }),
    timeoutMs: hook.timeoutMs || defaultTimeoutMs,
    insecureSkipVerify: hook.disableTLS,
    // As in Flagger, where a client without verification knows no proxy.
    direct: hook.disableTLS,
    mostBytes: mostAnswerBytes,
  }
}

/** It finds its command in the payload, and needs the payload whole. */
function isForLoadTester(metadata: Readonly<Record<string, string>>): boolean {
  return 'cmd' in metadata || 'type' in metadata
}

const longestWaitMs = 30_000
/** What a tick can bear. */
const longestAskedMs = 60_000

/**
 * Milliseconds to wait before a further try, counted from 0: doubling from one second, or what
 * the answer to 429 and 503 asked for.
 */
export function retryWaitMs(attempt: number, retryAfter: string | undefined, now: Date): number {
  const asked = readRetryAfter(retryAfter, { now, mostMs: longestAskedMs })
  return asked ?? backoffMs(attempt, { firstMs: 1_000, mostMs: longestWaitMs })
}

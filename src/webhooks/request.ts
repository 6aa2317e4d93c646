/** One call of a hook as an HTTP request. */
import type { EffectiveWebhook } from '../canary/analysis.ts'
import { ProviderError } from '../errors.ts'
import type { HttpRequest } from '../io/http.ts'
import { backoffMs, readRetryAfter } from '../retry.ts'

/** Methods that `metadata.method` may ask for, in place of POST. */
const known = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Only a reason is read from an answer; whatever follows is none of ours. */
const mostAnswerBytes = 8 * 1024

/** For a timeout of zero, which is none. */
const defaultTimeoutMs = 10_000

/**
 * The request for a hook. `metadata` is the hook's own, rendered. Its keys `method` and `body`
 * replace method and body, so that a hook can call a service that knows nothing of canaries. Throws
 * ProviderError for a method that is not among these.
 */
export function hookRequest(
  hook: EffectiveWebhook,
  metadata: Readonly<Record<string, string>>,
  of: { payload: string; methods?: readonly string[]; token?: string },
): HttpRequest {
  const { payload, methods = ['POST'], token = '' } = of
  const own = isForLoadTester(metadata) ? {} : metadata
  const method = methodOf(own)
  if (!methods.includes(method))
    throw new ProviderError(
      `metadata.method is ${method}, and the controller sends hooks ${methods.join(', ')} only; leave it out, or start the controller with -hook-methods=POST,${method}`,
    )
  const body = own.body ?? payload
  return {
    method,
    url: hook.url,
    headers: {
      'content-type': 'application/json',
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    },
    ...(method !== 'GET' && { body }),
    timeoutMs: hook.timeoutMs || defaultTimeoutMs,
    insecureSkipVerify: hook.disableTLS,
    // As in Flagger, where a client without verification knows no proxy.
    direct: hook.disableTLS,
    mostBytes: mostAnswerBytes,
  }
}

/** The method that a hook is called by. */
export function methodOf(metadata: Readonly<Record<string, string>>): (typeof known)[number] {
  if (isForLoadTester(metadata)) return 'POST'
  const wanted = metadata.method?.trim().toUpperCase()
  return known.find((method) => method === wanted) ?? 'POST'
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

/** Calls one hook, as often as it may be tried. */
import type { EffectiveWebhook } from '../../src/canary/analysis.ts'
import type { Canary, Phase } from '../../src/canary/canary.ts'
import { longestUnaskedMs } from '../../src/canary/gates.ts'
import { messageOf, ProviderError, StandbyError } from '../../src/errors.ts'
import type { Clock } from '../../src/io/clock.ts'
import { pause } from '../../src/io/deadline.ts'
import type { Http, HttpAnswer, HttpRequest } from '../../src/io/http.ts'
import { readRetryAfter } from '../../src/retry.ts'
import { credentialsIn, withoutSecrets } from '../../src/secrets.ts'
import { type Budget, createBudget } from '../../src/template/budget.ts'
import { exhausted, meaningOf } from '../../src/webhooks/answer.ts'
import { renderMetadata } from '../../src/webhooks/metadata.ts'
import { hookPayload } from '../../src/webhooks/payload.ts'
import { hookRequest, retryWaitMs } from '../../src/webhooks/request.ts'

export interface Caller {
  http: Http
  clock: Clock
  signal: AbortSignal
  /** Other methods than these are sent to no hook. */
  hookMethods: readonly string[]
  /** For the templates of its metadata, shared with the hooks before it. */
  budget?: Budget
  /** The token in a Secret of the Canary's namespace; throws ProviderError where there is none. */
  tokenIn?: (namespace: string, secret: string) => Promise<string>
}

export interface HookAnswer {
  passed: boolean
  /** Why not; never empty then. */
  why: string
  /** The same in the event, where Flagger has it in other words. */
  said?: string
  /** It gave no answer at all: its address, its timeout or the way to it is wrong. */
  broken?: true
  /** The process could not ask: nothing is known of the hook. */
  isOurs?: true
  /** For so long, in milliseconds, it need not be asked: its answer says so. */
  askAgainMs?: number
}

/** One hook with the ordinary payload. */
export function callHook(
  hook: EffectiveWebhook,
  of: { canary: Canary; phase: Phase },
  caller: Caller,
): Promise<HookAnswer> {
  const { canary, phase } = of
  return deliver(hook, canary, caller, (metadata) => {
    const { name, namespace, status } = canary
    return hookPayload({ name, namespace, phase, status, metadata })
  })
}

/** One hook with a payload of its own; its metadata are rendered first. */
export async function deliver(
  hook: EffectiveWebhook,
  canary: Canary,
  caller: Caller,
  payload: (metadata: Record<string, string>) => string,
): Promise<HookAnswer> {
  if (hook.timeoutError !== undefined)
    return { passed: false, why: hook.timeoutError, broken: true }
  const { hookMethods: methods, budget = createBudget() } = caller
  const token = await tokenOf(hook, canary, caller)
  if (token instanceof Error) return { ...exhaustedBy(token), why: messageOf(token) }
  const request = requestOf(hook, canary, { payload, methods, budget, token })
  if (request instanceof Error) return { passed: false, why: messageOf(request) }
  for (let attempt = 1; ; attempt++) {
    const last = await heard(hook, token, caller.http(request, caller.signal))
    assertWanted(caller)
    if (last instanceof StandbyError) throw last
    const meaning = last instanceof Error ? undefined : meaningOf(last)
    if (meaning?.kind === 'passed') return { passed: true, why: '' }
    if (meaning?.kind === 'failed')
      return { passed: false, why: meaning.why, said: meaning.said, ...restOf(last, caller) }
    if (attempt > hook.retries || (last instanceof ProviderError && last.isFinal)) {
      return {
        ...exhaustedBy(last),
        ...exhausted(hook.url, attempt, last),
        ...restOf(last, caller),
      }
    }
    await pause(caller.clock, waitMs(last, attempt - 1, caller), caller.signal)
    assertWanted(caller)
  }
}

/** A server that answers with an error is there; one that can't be asked is not. */
function exhaustedBy(last: HttpAnswer | Error): Omit<HookAnswer, 'why'> {
  const isOurs = last instanceof ProviderError && last.isOurs
  return {
    passed: false,
    ...(last instanceof Error && { broken: true }),
    ...(isOurs && { isOurs }),
  }
}

/** How long who said no wants to be left alone; a gate that waits for a person knows that. */
function restOf(last: HttpAnswer | Error, { clock }: Caller): Pick<HookAnswer, 'askAgainMs'> {
  if (last instanceof Error) return {}
  const now = clock.now()
  const asked = readRetryAfter(last.headers['retry-after'], { now, mostMs: longestUnaskedMs })
  return asked === undefined ? {} : { askAgainMs: asked }
}

/** Empty where the hook names no Secret. */
async function tokenOf(
  { secretName }: EffectiveWebhook,
  { namespace }: Canary,
  { tokenIn }: Caller,
): Promise<string | Error> {
  if (secretName === undefined || !tokenIn) return ''
  return tokenIn(namespace, secretName).catch((error: unknown) =>
    error instanceof Error ? error : new Error(messageOf(error)),
  )
}

/** What can't be made of the hook, it fails by. */
function requestOf(
  hook: EffectiveWebhook,
  canary: Canary,
  of: {
    payload: (metadata: Record<string, string>) => string
    methods: readonly string[]
    budget: Budget
    token: string
  },
): HttpRequest | Error {
  try {
    const metadata = renderMetadata(hook, canary, of.budget)
    const { methods, token } = of
    return hookRequest(hook, metadata, { payload: of.payload(metadata), methods, token })
  } catch (cause) {
    return new ProviderError(`the request can't be made: ${messageOf(cause)}`, { cause })
  }
}

/**
 * A gateway may repeat the login that it was sent; nothing that is shown is made of that, nor of
 * what a host says that nobody named: a redirect may lead to any server.
 */
function heard(
  { url }: EffectiveWebhook,
  token: string,
  asked: Promise<HttpAnswer>,
): Promise<HttpAnswer | Error> {
  const secrets = [token, ...credentialsIn(url)]
  return asked
    .then((answer) => ({
      ...answer,
      body: answer.isElsewhere ? '' : withoutSecrets(answer.body, secrets),
    }))
    .catch((error: unknown) => (error instanceof Error ? error : new Error(messageOf(error))))
}

/** Also where the answer came in the same moment: nobody waits for it any more. */
function assertWanted({ signal }: Caller): void {
  if (signal.aborted) throw new ProviderError('given up')
}

function waitMs(last: HttpAnswer | Error, attempt: number, { clock }: Caller): number {
  const asks = !(last instanceof Error) && (last.status === 429 || last.status === 503)
  return retryWaitMs(attempt, asks ? last.headers['retry-after'] : undefined, clock.now())
}

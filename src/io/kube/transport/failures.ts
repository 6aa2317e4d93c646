/** Turns answers and broken connections into KubeError. Pure. */

import { KubeError } from '../../../errors.ts'
import { isMap, readJson } from '../../../json.ts'
import { readRetryAfter } from '../../../retry.ts'
import { type Cause, causeOf } from '../../causes.ts'

/** Reasons of a KubeError with status 0: there was no answer. */
type ConnectionReason = Cause['reason'] | 'Timeout' | 'Aborted'

/** Reason of a 404 that is about a kind instead of an object: its CRD is not installed. */
const kindNotServed = 'KindNotServed'

interface Status {
  kind?: unknown
  message?: unknown
  reason?: unknown
  code?: unknown
  details?: { name?: unknown; retryAfterSeconds?: unknown } | undefined
}

/** The error of an answer that is not a success; `body` is its text. */
export function refusal(
  of: { status: number; body: string; retryAfter?: string | undefined; now: Date },
  request: string,
): KubeError {
  const status = parseStatus(of.body)
  const hinted = status?.details?.retryAfterSeconds
  const retryAfterMs =
    readRetryAfter(of.retryAfter, { now: of.now, mostMs: longestRetryAfterMs }) ??
    (typeof hinted === 'number' && hinted > 0 ? bearable(hinted * 1000) : undefined)
  return new KubeError(messageOf(of, status, request), {
    status: of.status,
    reason: of.status === 404 ? notFoundReason(status) : reasonOf(status),
    retryAfterMs,
    foreign: status?.kind === 'Status' ? undefined : of.body,
  })
}

/** The error of a Status object that a watch sent as its last event. */
export function watchFailure(object: unknown, request: string): KubeError {
  const status: Status = typeof object === 'object' && object !== null ? object : {}
  const code = typeof status.code === 'number' ? status.code : 500
  return new KubeError(messageOf({ status: code, body: '' }, status, request), {
    status: code,
    reason: reasonOf(status),
  })
}

/** The error of a request that got no answer, as one sentence with the server's address. */
export function connectionFailure(cause: unknown, server: string): KubeError {
  const { reason, text } = causeOf(cause)
  const { host } = new URL(server)
  const messages = {
    ConnectionRefused: `The connection to the server ${host} was refused - did you specify the right host or port?`,
    Unreachable: `Unable to connect to the server ${server}: ${text}`,
    Certificate: `Unable to connect to the server ${server}: ${text}`,
    ConnectionReset: `lost the connection to the server ${server}: ${text}`,
  }
  return new KubeError(messages[reason], { status: 0, reason, cause })
}

/** The error of a request that took longer than it may. */
export function timeout(server: string, ms: number, request: string): KubeError {
  return new KubeError(
    `Unable to connect to the server ${server}: no answer within ${ms / 1000} s to ${request}`,
    { status: 0, reason: 'Timeout' satisfies ConnectionReason },
  )
}

/** The error of a request that its caller gave up. */
export function aborted(server: string, request: string, cause: unknown): KubeError {
  return new KubeError(`gave up ${request} to the server ${server}`, {
    status: 0,
    reason: 'Aborted' satisfies ConnectionReason,
    cause,
  })
}

/** True where the request cannot have reached the server, so that a write may be sent again. */
export function neverSent(error: KubeError): boolean {
  return error.reason === 'ConnectionRefused' || error.reason === 'Unreachable'
}

const longestRetryAfterMs = 5 * 60_000

function bearable(ms: number): number {
  return Math.min(longestRetryAfterMs, Math.max(0, ms))
}

function reasonOf(status: Status | undefined): string {
  return typeof status?.reason === 'string' ? status.reason : ''
}

/** An API server answers 404 alike for an object and for a whole kind that it does not have. */
function notFoundReason(status: Status | undefined): string {
  const message = typeof status?.message === 'string' ? status.message : ''
  const named = typeof status?.details?.name === 'string' && status.details.name !== ''
  return named || message.endsWith('not found') ? 'NotFound' : kindNotServed
}

function messageOf(
  { status, body }: { status: number; body: string },
  parsed: Status | undefined,
  request: string,
): string {
  if (typeof parsed?.message === 'string' && parsed.message !== '') return parsed.message
  const text = body.trim()
  // A gateway's HTML page would tell nobody anything.
  const quoted = text === '' || text.startsWith('<') ? '' : `: ${text.slice(0, 200)}`
  return `the server answered ${request} with status ${status}${quoted}`
}

function parseStatus(body: string): Status | undefined {
  const parsed = readJson(body)
  return isMap(parsed) ? parsed : undefined
}

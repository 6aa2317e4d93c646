/** Tests of nGrinder: their metadata, requests and answers. Pure. */
import { parseDuration } from '../../canary/duration.ts'
import type { HttpAnswer, HttpRequest } from '../../io/http.ts'
import { isMap, readJson } from '../../json.ts'
import { basic } from '../plan.ts'
import { lostBy, type RunLook, urlBelow } from './run.ts'

export interface NgrinderJob {
  server: string
  clone: number
  login: string
  pollMs: number
}

const timeoutMs = 60_000
const usualPollMs = 1_000

/** The job, or Flagger's words for what is missing. */
export function readNgrinder(
  metadata: Readonly<Record<string, string>>,
): { job: NgrinderJob } | { refusal: string } {
  const { server, clone, username, passwd, pollInterval = '' } = metadata
  if (!server || !clone || !username || !passwd)
    return { refusal: 'server, clone, username and passwd are required metadata' }
  if (!URL.canParse(server)) return { refusal: `invalid url: ${server}` }
  if (!/^\d+$/.test(clone)) return { refusal: `metadata clone must be integer: ${clone}` }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(passwd))
    return { refusal: 'metadata password is invalid: it must be base64' }
  const password = Buffer.from(passwd, 'base64').toString('utf8')
  const pollMs = Math.max(usualPollMs, parseDuration(pollInterval) ?? usualPollMs)
  return { job: { server, clone: Number(clone), login: `${username}:${password}`, pollMs } }
}

export type NgrinderCall = { start: number } | { ask: number } | { stop: number }

/** Starts a copy of the test with this number, asks for its status, or stops it. */
export function ngrinderRequest({ server, login }: NgrinderJob, call: NgrinderCall): HttpRequest {
  const [method, path] = ((): ['GET' | 'POST' | 'PUT', string] => {
    if ('start' in call) return ['POST', `perftest/api/${call.start}/clone_and_start`]
    if ('ask' in call) return ['GET', `perftest/api/${call.ask}/status`]
    return ['PUT', `perftest/api/${call.stop}?action=stop`]
  })()
  const headers = { authorization: basic(login) }
  return { method, url: urlBelow(server, path), headers, timeoutMs, redirects: 'home' }
}

/** The number of the test that was started. */
export function ngrinderId(body: string): number | undefined {
  const read = parsed(body)
  return read.success !== false && typeof read.id === 'number' ? read.id : undefined
}

// Some versions have the one, some the other.
const failures = new Set<unknown>(['STOP_BY_ERROR', 'STOP_ON_ERROR', 'CANCELED', 'UNKNOWN'])

/** From the answer to `ask`; one that can't be read says nothing of the test. */
export function ngrinderLook(id: number, answer: HttpAnswer): RunLook {
  const { status: states, success } = parsed(answer.body)
  const [first] = Array.isArray(states) ? (states as unknown[]) : []
  const state = isMap(first) ? first.status_id : undefined
  if (state === 'FINISHED') return { is: 'ended', cause: '' }
  if (failures.has(state)) return { is: 'ended', cause: `nGrinder test ${id} failed` }
  const isUnknown = success === false || (Array.isArray(states) && states.length === 0)
  if (isUnknown) return { is: 'lost', why: 'the server has no such test' }
  return lostBy(answer) ?? { is: 'running' }
}

function parsed(body: string): Record<string, unknown> {
  const read = readJson(body)
  return isMap(read) ? read : {}
}

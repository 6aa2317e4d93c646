/** Tests of nGrinder: their metadata, requests and answers. Pure. */
import { parseDuration } from '../../canary/duration.ts'
import type { HttpRequest } from '../../io/http.ts'
import { isMap, readJson } from '../../json.ts'
import { basic } from '../plan.ts'

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
  return { method, url: new URL(path, server).href, headers, timeoutMs, redirects: 'home' }
}

/** The number of the test that was started. */
export function ngrinderId(body: string): number | undefined {
  const read = parsed(body)
  return read.success !== false && typeof read.id === 'number' ? read.id : undefined
}

export type NgrinderState = 'finished' | 'failed' | 'running'

/** From the answer to `ask`; one that can't be read counts as running. */
export function ngrinderState(body: string): NgrinderState {
  const { status } = parsed(body)
  const [first] = Array.isArray(status) ? (status as unknown[]) : []
  const id = isMap(first) ? first.status_id : undefined
  if (id === 'FINISHED') return 'finished'
  return id === 'STOP_BY_ERROR' || id === 'CANCELED' || id === 'UNKNOWN' ? 'failed' : 'running'
}

function parsed(body: string): Record<string, unknown> {
  const read = readJson(body)
  return isMap(read) ? read : {}
}

/** Processes of Concord: their metadata, requests and answers. Pure. */
import type { HttpAnswer, HttpRequest } from '../../io/http.ts'
import { isMap, readJson } from '../../json.ts'
import { lostBy, type RunLook, urlBelow } from './run.ts'

export interface ConcordJob {
  server: string
  /** Fields of the form, in order. */
  fields: [name: string, value: string][]
  apiKeyPath: string
  pollMs: number
  /** How long it may take. */
  limitMs: number
}

const required = ['server', 'org', 'project', 'repo', 'entrypoint', 'apiKeyPath', 'endpoint']
const timeoutMs = 60_000
const boundary = 'canary-load-tester'

/** The job, or Flagger's words for what is missing. */
export function readConcord(
  metadata: Readonly<Record<string, string>>,
): { job: ConcordJob } | { refusal: string } {
  const missing = required.find((key) => !metadata[key])
  if (missing) return { refusal: `\`${missing}\` is required with type concord` }
  const {
    server = '',
    org = '',
    project = '',
    repo = '',
    entrypoint = '',
    endpoint = '',
  } = metadata
  if (!URL.canParse(server)) return { refusal: `\`server\` is no address: ${server}` }
  const poll = secondsOf(metadata, 'pollInterval', 5)
  const limit = secondsOf(metadata, 'pollTimeout', 30)
  if ('refusal' in poll) return poll
  if ('refusal' in limit) return limit
  const further = Object.entries(metadata).filter(([key]) => key.startsWith('arguments.'))
  if (further.some(([key]) => key === 'arguments.endpoint'))
    return { refusal: '`arguments.endpoint` is taken from `endpoint`' }
  const fields: [string, string][] = [
    ...Object.entries({ org, project, repo, entryPoint: entrypoint }),
    ['arguments.endpoint', endpoint],
    ...further,
  ]
  if (fields.some(([name, value]) => /[\r\n"]/.test(name) || value.includes(boundary)))
    return { refusal: 'the name of an argument has a quote or a line end' }
  const apiKeyPath = metadata.apiKeyPath ?? ''
  return { job: { server, fields, apiKeyPath, pollMs: poll.ms, limitMs: limit.ms } }
}

function secondsOf(
  metadata: Readonly<Record<string, string>>,
  key: string,
  otherwise: number,
): { ms: number } | { refusal: string } {
  const text = metadata[key] ?? String(otherwise)
  if (!/^\d+$/.test(text)) return { refusal: `unable to convert \`${key}\` to int` }
  return { ms: Math.max(1, Number(text)) * 1000 }
}

/** Starts the process. */
export function concordStart({ server, fields }: ConcordJob, key: string): HttpRequest {
  const parts = fields.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return {
    method: 'POST',
    url: urlBelow(server, 'api/v1/process'),
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      authorization: key,
    },
    body: `${parts.join('')}--${boundary}--\r\n`,
    timeoutMs,
    redirects: 'home',
  }
}

/** Asks how the process is; `id` is its instanceId, `key` the API key. */
export function concordAsk({ server }: ConcordJob, id: string, key: string): HttpRequest {
  const url = urlBelow(server, `api/v1/process/${encodeURIComponent(id)}`)
  return { url, headers: { authorization: key }, timeoutMs, redirects: 'home' }
}

/** The instanceId of the process that was started; undefined where none was. */
export function concordId({ body }: HttpAnswer): string | undefined {
  return textIn(body, 'instanceId')
}

const failures = new Map([
  ['FAILED', 'failed'],
  ['CANCELLED', 'was cancelled'],
  ['TIMED_OUT', 'timed out'],
])

/** From the answer to `concordAsk`; one that can't be read says nothing of the process. */
export function concordLook(id: string, answer: HttpAnswer): RunLook {
  const state = textIn(answer.body, 'status') ?? ''
  if (state === 'FINISHED') return { is: 'ended', cause: '' }
  const failure = failures.get(state)
  if (failure) return { is: 'ended', cause: `concord instanceID: ${id} ${failure}` }
  return lostBy(answer) ?? { is: 'running' }
}

function textIn(body: string, key: string): string | undefined {
  const read = readJson(body)
  const value = isMap(read) ? read[key] : undefined
  return typeof value === 'string' ? value : undefined
}

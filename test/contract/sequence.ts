import { setTimeout as wait } from 'node:timers/promises'
import type { Answer, Request, Send } from './client.ts'
import { normal } from './normal.ts'

/** What a step may use of what happened before it. */
export interface Past {
  namespace: string
  /** Every answer so far, as it came. */
  answers: readonly Answer[]
  /** A field of an earlier answer, by the step's number: `field(0, 'metadata', 'uid')`. */
  field(step: number, ...path: (string | number)[]): unknown
}

export interface Step {
  request: (past: Past) => Request
  /** Repeat the request until this holds: what others do takes its time. */
  until?: (answer: Answer) => boolean
}

export interface Sequence {
  name: string
  steps: readonly Step[]
}

/** A real server's garbage collector learns of a new kind within half a minute. */
const patienceMs = 90_000

/** Sends the requests of a sequence one after the other; gives the answers, made comparable. */
export async function play(
  { steps }: Sequence,
  send: Send,
  namespace: string,
): Promise<{ request: string; answer: Answer }[]> {
  const answers: Answer[] = []
  const told: { request: string; answer: Answer }[] = []
  const past: Past = {
    namespace,
    answers,
    field: (step, ...path) => at(answers[step]?.body, path),
  }
  for (const { request, until } of steps) {
    const asked = request(past)
    const answer = await settled(() => send(asked), until)
    answers.push(answer)
    told.push({ request: label(asked, namespace), answer: normal(answer, namespace) })
  }
  return told
}

async function settled(ask: () => Promise<Answer>, until: Step['until']): Promise<Answer> {
  const end = performance.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (!until || until(answer) || performance.now() > end) return answer
    await wait(50)
  }
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  let found = value
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<string | number, unknown>)[name]
  }
  return found
}

function label({ method, path, body }: Request, namespace: string): string {
  const text = body === undefined ? '' : ` ${JSON.stringify(body).slice(0, 120)}`
  return `${method} ${path}${text}`
    .replaceAll(namespace, '<ns>')
    .replace(/(resourceVersion[=":]+)\d+/g, '$1<value>')
    .replace(/continue=[^&]+/, 'continue=<value>')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uid>')
}

type Body = Record<string, unknown>

type Path = (past: Past) => string

/** A step whose request says by itself what it is. */
export function step(request: Request | ((past: Past) => Request)): Step {
  return { request: typeof request === 'function' ? request : () => request }
}

export function get(path: Path, accept?: string): Step {
  return step((past) => ({ method: 'GET', path: path(past), ...(accept && { accept }) }))
}

export function send(method: string, path: Path, body: Body | ((past: Past) => Body)) {
  return step((past) => ({
    method,
    path: path(past),
    body: typeof body === 'function' ? body(past) : body,
  }))
}

export const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
}

export function patch(type: keyof typeof patchTypes, path: Path, body: unknown): Step {
  return step((past) => ({
    method: 'PATCH',
    path: path(past),
    contentType: patchTypes[type],
    body,
  }))
}

export const named = (path: Path, name: string) => (past: Past) => `${path(past)}/${name}`
export const query = (path: Path, text: string) => (past: Past) => `${path(past)}?${text}`

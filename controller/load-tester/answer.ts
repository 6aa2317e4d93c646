/** What a request to the load tester is answered with. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Log } from '../../src/io/log.ts'
import { type AccessRules, type Caller, refusalOf, tokenIn } from '../../src/load/access.ts'
import { type LoadPayload, readPayload } from '../../src/load/payload.ts'
import { taskOf } from '../../src/load/task.ts'
import type { GateSort, Gates } from './gates.ts'
import type { LoadTesterMetrics } from './metrics.ts'
import type { Reviewer } from './reviewer.ts'
import type { TaskRecord, Tasks } from './tasks.ts'

export interface Asked {
  method: string
  path: string
  body: string
  authorization: string | undefined
  /** Whoever asked waits no more. */
  isGone: () => boolean
}

export interface Reply {
  status: number
  body: string
  headers?: Record<string, string>
}

export interface AnswerDeps {
  gates: Gates
  tasks: Tasks
  log: Log
  metrics: Pick<LoadTesterMetrics, 'refused'> & {
    registry: { metrics(): Promise<string>; contentType: string }
  }
  rules: AccessRules
  namespaces: RegExp | undefined
  /** Read anew each time: a Secret may change. */
  token: () => string
  review: Reviewer | undefined
}

const forbidden: Reply = { status: 403, body: 'Forbidden' }
const accepted: Reply = { status: 202, body: '' }
const gatePaths = /^\/(gate|rollback)\/(check|open|close)$/
/** For one that has as much to do as it may. */
const busyS = '10'

/** The paths of Flagger's load tester; beside them `GET /tasks` and `GET /tasks/ID`. */
export async function answerTo(asked: Asked, deps: AnswerDeps): Promise<Reply> {
  const { path, body, method } = asked
  if (path === '/healthz' || path === '/gate/approve') return { status: 200, body: 'OK' }
  if (path === '/gate/halt') return forbidden
  if (path === '/metrics') {
    const { registry } = deps.metrics
    return {
      status: 200,
      body: await registry.metrics(),
      headers: { 'content-type': registry.contentType },
    }
  }
  if (method === 'GET' && /^\/tasks(\/|$)/.test(path)) return shown(asked, deps)
  const payload = readPayload(body)
  if (!payload) return { status: 400, body: '' }
  if (deps.namespaces && !deps.namespaces.test(payload.namespace)) {
    deps.metrics.refused('namespace')
    return forbidden
  }
  const [, sort, act] = gatePaths.exec(path) ?? []
  if (sort && act)
    return gate({ sort: sort === 'gate' ? 'gate' : 'rollback', act }, payload, asked, deps)
  return task(payload, asked, deps)
}

async function gate(
  { sort, act }: { sort: GateSort; act: string },
  { name, namespace }: LoadPayload,
  asked: Asked,
  deps: AnswerDeps,
): Promise<Reply> {
  const canary = `${name}.${namespace}`
  if (act === 'check')
    return deps.gates.isOpen(sort, canary) ? { status: 200, body: 'Approved' } : forbidden
  const refused = refusalOf(deps.rules, { caller: await callerOf(asked, deps), namespace })
  if (refused !== undefined)
    return unauthorized(`${refused}; kubectl canary gate needs no load tester`, canary, deps)
  deps.gates.set(sort, canary, act === 'open')
  return accepted
}

async function task(payload: LoadPayload, asked: Asked, deps: AnswerDeps): Promise<Reply> {
  const made = taskOf(payload)
  if ('refusal' in made) return { status: 400, body: made.refusal }
  const { work, command, canary, isAwaited, returnsOutput } = made.task
  const { namespace } = payload
  const caller = await callerOf(asked, deps)
  const refused = refusalOf(deps.rules, { caller, namespace, work, command })
  if (refused !== undefined) return unauthorized(refused, canary, deps)
  const begun = deps.tasks.begin(made.task, payload.checksum)
  if (begun.kind === 'busy') {
    deps.metrics.refused('busy')
    const headers = { 'retry-after': busyS }
    return { status: 503, body: 'as many tasks are under way as may be', headers }
  }
  if (!isAwaited) return accepted
  const record = begun.kind === 'ended' ? begun.record : await begun.end
  if (!asked.isGone()) deps.tasks.heard(record)
  return outcome(record, returnsOutput)
}

function outcome(record: TaskRecord, returnsOutput: boolean): Reply {
  const { state, command, output, cause = '' } = record
  if (state === 'succeeded') return { status: 200, body: returnsOutput ? output : '' }
  return { status: 500, body: `command ${command} failed: ${output}: ${cause}` }
}

/** What ran, for those who may have programs run: an output may hold anything. */
async function shown(asked: Asked, deps: AnswerDeps): Promise<Reply> {
  const caller = await callerOf(asked, deps)
  const isTrusted = deps.rules.isOpen || caller.kind === 'trusted'
  const mayRead = ({ canary }: TaskRecord) =>
    isTrusted || (caller.kind === 'account' && canary.endsWith(`.${caller.namespace}`))
  if (!isTrusted && caller.kind === 'stranger')
    return unauthorized('tasks are shown to callers with a token only', '', deps)
  const records = deps.tasks.records().filter(mayRead)
  const id = /^\/tasks\/([^/]+)$/.exec(asked.path)?.[1]
  if (id === undefined) return json(records.map(({ key: _, output: __, ...record }) => record))
  const record = records.find((one) => one.id === id)
  return record ? json(record) : { status: 404, body: `there is no task ${id}` }
}

function json(value: unknown): Reply {
  return {
    status: 200,
    body: JSON.stringify(value),
    headers: { 'content-type': 'application/json' },
  }
}

function unauthorized(body: string, canary: string, { log, metrics }: AnswerDeps): Reply {
  metrics.refused('token')
  log.warn({ canary }, `refused: ${body}`)
  return { status: 401, body, headers: { 'www-authenticate': 'Bearer' } }
}

async function callerOf({ authorization }: Asked, { token, review }: AnswerDeps): Promise<Caller> {
  const given = tokenIn(authorization)
  if (given === undefined) return { kind: 'stranger' }
  const right = token()
  if (right !== '' && isSame(given, right)) return { kind: 'trusted' }
  return review ? review(given) : { kind: 'stranger' }
}

/** In a time that says nothing of the token. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

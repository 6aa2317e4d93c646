/** Runs at other servers, followed to their end. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type CarryOutDeps, carryOut } from '../../../../controller/load-tester/carry-out.ts'
import { ProviderError } from '../../../../src/errors.ts'
import type { Http, HttpRequest } from '../../../../src/io/http.ts'
import type { Task, Work } from '../../../../src/load/task.ts'
import { hurriedClock } from '../../io/fake-clock.ts'
import { givenFolder } from './support.ts'

type Said = { status?: number; body: unknown } | 'no answer'

/** Answers in this order, the last one again and again, and keeps what was asked. */
function givenOther(started: unknown, ...looks: Said[]): { http: Http; asked: HttpRequest[] } {
  const asked: HttpRequest[] = []
  const http: Http = async (request) => {
    asked.push(request)
    const isLook = (request.method ?? 'GET') === 'GET'
    const said = isLook ? ((looks.length > 1 ? looks.shift() : looks[0]) ?? 'no answer') : undefined
    if (said === 'no answer') throw new ProviderError('no answer')
    const { status = 200, body } = said ?? { body: started }
    return { status, headers: {}, body: JSON.stringify(body) }
  }
  return { http, asked }
}

function given(http: Http): CarryOutDeps {
  return { http, clock: hurriedClock(), metrics: { load: () => {} } }
}

const task = (work: Work): Task => ({
  ...{ canary: 'podinfo.test', type: work.kind, command: work.kind, work, identity: 'a' },
  ...{ isAwaited: true, returnsOutput: false, logsOutput: false },
})

const ngrinder: Work = {
  kind: 'ngrinder',
  job: { server: 'http://n', clone: 5, login: 'me:word', pollMs: 1_000 },
}

async function concord(limitMs: number): Promise<Work> {
  const apiKeyPath = join(await givenFolder(), 'key')
  await writeFile(apiKeyPath, 'a-key')
  return {
    kind: 'concord',
    job: { server: 'http://c', fields: [], apiKeyPath, pollMs: 1_000, limitMs },
  }
}

const notThere: Said = { status: 404, body: { message: 'not found' } }
const runs: Said = { body: { status: 'RUNNING' } }

const { signal } = new AbortController()

test('a process of Concord that its server does not know any more is given up', async () => {
  const { http, asked } = givenOther({ instanceId: '7' }, runs, notThere)
  expect(await carryOut(task(await concord(600_000)), given(http), signal)).toEqual({
    cause: 'concord instanceID: 7 is lost: status 404',
    output: '',
  })
  expect(asked).toHaveLength(5)
})

test('a look without an answer, or two that find nothing, end no run', async () => {
  const done: Said = { body: { status: 'FINISHED' } }
  const { http } = givenOther(
    { instanceId: '7' },
    ...[notThere, notThere, 'no answer' as const, notThere, notThere, runs, done],
  )
  const work = await concord(600_000)
  expect(await carryOut(task(work), given(http), signal)).toEqual({ cause: '', output: '' })
})

test('the limit of a process of Concord counts from its start', async () => {
  const { http, asked } = givenOther({ instanceId: '7' }, 'no answer')
  const { cause } = await carryOut(task(await concord(3_000)), given(http), signal)
  expect(cause).toBe('concord process timed out, after 3 seconds')
  expect(asked).toHaveLength(4)
})

test('a test of nGrinder that was removed is given up, and not stopped', async () => {
  const { http, asked } = givenOther({ id: 7 }, { body: { status: [] } })
  const { cause } = await carryOut(task(ngrinder), given(http), signal)
  expect(cause).toBe('nGrinder test 7 is lost: the server has no such test')
  expect(asked.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET'])
})

test('a test of nGrinder that nobody waits for any longer is stopped', async () => {
  const ended = new AbortController()
  const { http, asked } = givenOther({ id: 7 }, { body: { status: [{ status_id: 'TESTING' }] } })
  const stopping: Http = (request, given) => {
    if (asked.length === 2) ended.abort()
    return http(request, given)
  }
  const { cause } = await carryOut(task(ngrinder), given(stopping), ended.signal)
  expect(cause).toBe('nGrinder test 7 was stopped')
  expect(asked.at(-1)).toMatchObject({ method: 'PUT', url: 'http://n/perftest/api/7?action=stop' })
})

test('that nothing was started is told', async () => {
  const { http } = givenOther({ success: false })
  const causeOf = async (work: Work) => (await carryOut(task(work), given(http), signal)).cause
  expect(await causeOf(ngrinder)).toBe('nGrinder started no test: status 200')
  expect(await causeOf(await concord(1_000))).toBe('concord started no process: status 200')
})

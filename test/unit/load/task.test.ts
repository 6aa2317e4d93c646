import { expect, test } from 'vitest'
import type { HttpAnswer } from '../../../src/io/http.ts'
import { readPayload } from '../../../src/load/payload.ts'
import { concordLook, concordStart } from '../../../src/load/remote/concord.ts'
import { ngrinderId, ngrinderLook, ngrinderRequest } from '../../../src/load/remote/ngrinder.ts'
import type { RunLook } from '../../../src/load/remote/run.ts'
import { taskOf } from '../../../src/load/task.ts'

const task = (metadata: Record<string, string>) =>
  taskOf({ name: 'podinfo', namespace: 'test', checksum: '1', metadata })

test.each([
  [{}, 'metadata not found in payload'],
  [{ type: 'cmd' }, 'cmd not found in metadata'],
  [{ type: 'gatling', cmd: 'x' }, 'unknown task type gatling'],
  [{ type: 'concord', server: 'http://c' }, '`org` is required with type concord'],
  [
    { type: 'ngrinder', server: 'http://n' },
    'server, clone, username and passwd are required metadata',
  ],
])('%j is refused in the words of the original', (metadata, refusal) => {
  expect(task(metadata)).toEqual({ refusal })
})

test.each([
  [{ cmd: 'echo a | cat' }, 'sh', ['-c', 'echo a | cat'], false],
  [{ type: 'bash', cmd: 'bats x' }, 'bash', ['-c', 'bats x'], true],
  [{ type: 'bash' }, 'bash', ['-c', ''], true],
  [{ type: 'helmv3', cmd: 'test a --timeout 3m' }, 'helm', ['test', 'a', '--timeout', '3m'], true],
  [
    { type: 'kubectl', cmd: "get pod -o 'json path'" },
    'kubectl',
    ['get', 'pod', '-o', 'json path'],
    true,
  ],
] as const)('%j runs %s', (metadata, program, args, isAwaited) => {
  expect(task(metadata)).toMatchObject({
    task: { work: { kind: 'program', program, args }, isAwaited },
  })
})

test('a line of hey that is not understood goes to the program', () => {
  expect(task({ cmd: 'hey -x proxy http://app/' })).toMatchObject({
    task: { work: { kind: 'program' } },
  })
})

test.each(['', '{', '[]', '{"metadata":{"a":1}}', '{"metadata":"x"}', '{"name":1}'])(
  '%j is no payload',
  (text) => expect(readPayload(text)).toBeUndefined(),
)

test('what is beside names and metadata is not looked at', () => {
  const text =
    '{"name":"a","namespace":"b","phase":"","checksum":"c","more":[1],"metadata":{"cmd":"x"}}'
  expect(readPayload(text)).toEqual({
    name: 'a',
    namespace: 'b',
    checksum: 'c',
    metadata: { cmd: 'x' },
  })
})

test('Concord is sent a form with the fields in order', () => {
  const metadata = {
    ...{ type: 'concord', server: 'http://concord:8001/x', org: 'o', project: 'p', repo: 'r' },
    ...{ entrypoint: 'e', apiKeyPath: '/key', endpoint: 'http://app', 'arguments.a': '1' },
  }
  const made = task(metadata)
  const work = 'task' in made ? made.task.work : undefined
  if (work?.kind !== 'concord') throw new Error('no task of Concord')
  const { url, body = '', headers } = concordStart(work.job, 'key')
  expect(url).toBe('http://concord:8001/x/api/v1/process')
  expect(headers).toMatchObject({ authorization: 'key' })
  expect([...body.matchAll(/name="([^"]+)"/g)].map(([, name]) => name)).toEqual([
    'org',
    'project',
    'repo',
    'entryPoint',
    'arguments.endpoint',
    'arguments.a',
  ])
})

test('nGrinder is called as its API has it', () => {
  const job = { server: 'http://n:80/', clone: 5, login: 'me:word', pollMs: 1000 }
  expect(ngrinderRequest(job, { start: 5 })).toMatchObject({
    method: 'POST',
    url: 'http://n/perftest/api/5/clone_and_start',
    headers: { authorization: 'Basic bWU6d29yZA==' },
  })
  expect(ngrinderId('{"id": 7}')).toBe(7)
  expect(ngrinderId('{"success": false, "id": 7}')).toBeUndefined()
})

test.each([
  ['http://n:8080', 'http://n:8080/perftest/api/5/status'],
  ['http://n/ngrinder-controller', 'http://n/ngrinder-controller/perftest/api/5/status'],
  ['http://n/a/b/?x=1#y', 'http://n/a/b/perftest/api/5/status'],
])('the API of a server at %s is asked below its path', (server, url) => {
  const job = { server, clone: 5, login: 'me:word', pollMs: 1000 }
  expect(ngrinderRequest(job, { ask: 5 }).url).toBe(url)
})

const answer = (body: unknown, status = 200): HttpAnswer => ({
  ...{ status, headers: {} },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

test.each<[given: HttpAnswer, look: RunLook]>([
  [answer({ status: 'FINISHED' }), { is: 'ended', cause: '' }],
  [answer({ status: 'FAILED' }), { is: 'ended', cause: 'concord instanceID: 7 failed' }],
  [answer({ status: 'CANCELLED' }), { is: 'ended', cause: 'concord instanceID: 7 was cancelled' }],
  [answer({ status: 'TIMED_OUT' }), { is: 'ended', cause: 'concord instanceID: 7 timed out' }],
  [answer({ status: 'SUSPENDED' }), { is: 'running' }],
  [answer('nothing'), { is: 'running' }],
  [answer('', 503), { is: 'running' }],
  [answer('', 429), { is: 'running' }],
  [answer({ message: 'no such process' }, 404), { is: 'lost', why: 'status 404' }],
  [answer('', 401), { is: 'lost', why: 'status 401' }],
])('of a process of Concord %j means %j', (given, look) => {
  expect(concordLook('7', given)).toEqual(look)
})

test.each<[given: HttpAnswer, look: RunLook]>([
  [answer({ status: [{ status_id: 'FINISHED' }] }), { is: 'ended', cause: '' }],
  ...['CANCELED', 'STOP_BY_ERROR', 'STOP_ON_ERROR', 'UNKNOWN'].map(
    (state): [HttpAnswer, RunLook] => [
      answer({ status: [{ status_id: state }] }),
      { is: 'ended', cause: 'nGrinder test 7 failed' },
    ],
  ),
  [answer({ status: [{ status_id: 'TESTING' }] }), { is: 'running' }],
  [answer('nothing'), { is: 'running' }],
  [answer('', 502), { is: 'running' }],
  [answer({ status: [] }), { is: 'lost', why: 'the server has no such test' }],
  [answer({ success: false }, 500), { is: 'lost', why: 'the server has no such test' }],
  [answer('', 404), { is: 'lost', why: 'status 404' }],
])('of a test of nGrinder %j means %j', (given, look) => {
  expect(ngrinderLook(7, given)).toEqual(look)
})

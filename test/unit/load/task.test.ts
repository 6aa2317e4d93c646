import { expect, test } from 'vitest'
import { readPayload } from '../../../src/load/payload.ts'
import { concordStart } from '../../../src/load/remote/concord.ts'
import { ngrinderId, ngrinderRequest, ngrinderState } from '../../../src/load/remote/ngrinder.ts'
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
  expect(url).toBe('http://concord:8001/api/v1/process')
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
  expect(ngrinderState('{"status":[{"status_id":"FINISHED"}]}')).toBe('finished')
  expect(ngrinderState('{"status":[{"status_id":"CANCELED"}]}')).toBe('failed')
  expect(ngrinderState('nothing')).toBe('running')
})

/** The load tester over HTTP: the surface of Flagger's, and what is safer here. */

import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { parseLoadTesterConfig } from '../../../../controller/load-tester/config.ts'
import { givenServer } from '../../../embedded/support/servers.ts'
import {
  loopbackAuthority,
  loopbackCertificate,
  loopbackKey,
} from '../../../support/loopback-certificates.ts'
import { patience } from '../../../support/patience.ts'
import { givenFolder, givenTester } from './support.ts'

test('paths that need no payload answer as in the original', async () => {
  const { get } = await givenTester()
  expect(await get('/healthz')).toEqual({ status: 200, body: 'OK' })
  expect(await get('/gate/approve')).toEqual({ status: 200, body: 'OK' })
  expect(await get('/gate/halt')).toEqual({ status: 403, body: 'Forbidden' })
  expect((await get('/metrics')).body).toContain('canary_load_tester_tasks_running 0')
})

test.each(['gate', 'rollback'])('a %s is closed, opened, closed', async (sort) => {
  const { hook } = await givenTester()
  const check = () => hook(undefined, { path: `/${sort}/check`, token: '' })
  expect(await check()).toEqual({ status: 403, body: 'Forbidden' })
  expect(await hook(undefined, { path: `/${sort}/open` })).toEqual({ status: 202, body: '' })
  expect(await check()).toEqual({ status: 200, body: 'Approved' })
  await hook(undefined, { path: `/${sort}/close` })
  expect(await check()).toEqual({ status: 403, body: 'Forbidden' })
})

test('gates and results are there after a restart', async () => {
  const flags = [`-state-dir=${await givenFolder()}`]
  const before = await givenTester(flags)
  await before.hook(undefined, { path: '/gate/open' })
  await before.hook({ type: 'bash', cmd: 'echo kept' })
  await before.hook({ cmd: 'sleep 1000' })
  await before.close()
  const after = await givenTester(flags)
  expect((await after.hook(undefined, { path: '/gate/check' })).status).toBe(200)
  expect(JSON.parse((await after.get('/tasks')).body)).toMatchObject([
    { command: 'sleep 1000', state: 'interrupted' },
    { command: 'echo kept', state: 'succeeded' },
  ])
})

test.each([
  [undefined, 400, 'metadata not found in payload'],
  [{ type: 'cmd' }, 400, 'cmd not found in metadata'],
  [{ type: 'nothing' }, 400, 'unknown task type nothing'],
  [{ type: 'bash', cmd: 'true' }, 200, ''],
  [{ type: 'bash', cmd: 'echo hello', returnCmdOutput: 'true' }, 200, 'hello\n'],
  [{ type: 'bash', cmd: 'false' }, 500, 'command false failed: : exit status 1'],
  [
    { type: 'bash', cmd: 'echo out; exit 3' },
    500,
    'command echo out; exit 3 failed: out\n: exit status 3',
  ],
  [{ cmd: 'true' }, 202, ''],
])('%j is answered with %s %j', async (metadata, status, body) => {
  const { hook } = await givenTester()
  expect(await hook(metadata)).toEqual({ status, body })
})

test('a helm or kubectl that is not there is named', async () => {
  vi.stubEnv('PATH', '/nowhere')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { hook } = await givenTester()
  expect((await hook({ type: 'helm', cmd: 'test app' })).body).toBe(
    'command test app failed: : exec: "helm": executable file not found in $PATH',
  )
})

test('what is no payload, is too long, or of another namespace is refused', async () => {
  const { url, hook } = await givenTester(['-namespace-regexp=^prod'])
  expect((await fetch(url, { method: 'POST', body: '' })).status).toBe(400)
  expect((await fetch(url, { method: 'POST', body: 'x'.repeat(2_000_000) })).status).toBe(413)
  expect(await hook({ cmd: 'true' })).toEqual({ status: 403, body: 'Forbidden' })
})

test('a stranger runs no program, opens no gate, reads no output, and loads by hey', async () => {
  let seen = 0
  const server = await givenServer((_, response) => {
    seen += 1
    response.end()
  })
  const file = join(await givenFolder(), 'made')
  const { hook, get } = await givenTester()
  const asStranger = { token: '' }
  const refused = await hook({ type: 'bash', cmd: `touch ${file}` }, asStranger)
  expect(refused.status).toBe(401)
  expect(refused.body).toContain('programs are run for callers with a token only')
  expect((await hook({ cmd: 'true' }, { token: 'another' })).status).toBe(401)
  expect((await hook(undefined, { ...asStranger, path: '/gate/open' })).status).toBe(401)
  expect((await get('/tasks', '')).status).toBe(401)
  expect(await hook({ type: 'bash', cmd: `hey -n 4 -c 2 ${server}` }, asStranger)).toEqual({
    status: 200,
    body: '',
  })
  expect(seen).toBe(4)
  await expect(readFile(file)).rejects.toThrow('ENOENT')
})

test('commands of the allow list run for everybody', async () => {
  const list = join(await givenFolder(), 'allow')
  await writeFile(list, 'echo *\n')
  const { hook } = await givenTester([`-allow-file=${list}`])
  expect((await hook({ type: 'bash', cmd: 'echo hi' }, { token: '' })).status).toBe(200)
  expect((await hook({ type: 'bash', cmd: 'echo hi; id' }, { token: '' })).status).toBe(401)
})

test('with -auth=none it is as open as the original', async () => {
  const { hook } = await givenTester(['-auth=none'])
  expect((await hook({ type: 'bash', cmd: 'true' }, { token: '' })).status).toBe(200)
})

test('an account has programs run for its own namespace, as the API server knows it', async () => {
  const reviewed: unknown[] = []
  const server = createServer(
    { key: loopbackKey, cert: loopbackCertificate },
    async (request, response) => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      const { spec } = JSON.parse(body) as { spec: { token: string } }
      reviewed.push({ url: request.url, authorization: request.headers.authorization, spec })
      const username = `system:serviceaccount:${spec.token}:robot`
      response.end(
        JSON.stringify({ status: { authenticated: spec.token !== 'wrong', user: { username } } }),
      )
    },
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const accountFolder = await givenFolder()
  await writeFile(join(accountFolder, 'token'), 'own')
  await writeFile(join(accountFolder, 'ca.crt'), loopbackAuthority)
  const env = {
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String((server.address() as AddressInfo).port),
  }
  const flags = ['-token-review', '-token-audience=tester', '-trusted-accounts=flagger/robot']
  const { hook } = await givenTester(flags, { env, accountFolder })
  const statusFor = async (token: string) =>
    (await hook({ type: 'bash', cmd: 'true' }, { token })).status
  expect(await statusFor('test')).toBe(200)
  expect(await statusFor('other')).toBe(401)
  expect(await statusFor('flagger')).toBe(200)
  expect(await statusFor('wrong')).toBe(401)
  expect(await statusFor('test')).toBe(200)
  expect(reviewed).toHaveLength(4)
  expect(reviewed[0]).toEqual({
    url: '/apis/authentication.k8s.io/v1/tokenreviews',
    authorization: 'Bearer own',
    spec: { token: 'test', audiences: ['tester'] },
  })
})

test('what a task started ends with the load tester', async () => {
  const file = join(await givenFolder(), 'pid')
  const { hook, close } = await givenTester()
  await hook({ cmd: `sleep 1000 & echo $! > ${file}; wait` })
  const pid = await vi.waitFor(async () => {
    const text = await readFile(file, 'utf8')
    expect(text).toMatch(/\d/)
    return Number(text)
  }, patience)
  await close()
  await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), patience)
})

test('what a task leaves running ends with the task', async () => {
  const file = join(await givenFolder(), 'pid')
  const { hook } = await givenTester()
  await hook({ type: 'bash', cmd: `sleep 1000 & echo $! > ${file}` })
  const pid = Number(await readFile(file, 'utf8'))
  await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), patience)
})

test('a task that takes too long is ended, and fails', async () => {
  const { hook } = await givenTester(['-timeout=50ms'])
  const { status, body } = await hook({ type: 'bash', cmd: 'sleep 1000' })
  expect(status).toBe(500)
  expect(body).toBe('command sleep 1000 failed: : signal: terminated, after 50ms')
})

test('of a long output the end is kept', async () => {
  const { hook } = await givenTester()
  const { body } = await hook({
    type: 'bash',
    cmd: 'yes | head -c 1000000; echo end',
    returnCmdOutput: '1',
  })
  expect(body.length).toBeLessThan(70_000)
  expect(body).toMatch(/^…[\s\S]*end\n$/)
})

test('a test that runs is joined, not started once more', async () => {
  const folder = await givenFolder()
  const { hook } = await givenTester()
  const cmd = `echo x >> ${folder}/runs; until test -e ${folder}/go; do sleep 0.05; done`
  const both = [hook({ type: 'bash', cmd }), hook({ type: 'bash', cmd })]
  await vi.waitFor(
    async () => expect(await readFile(`${folder}/runs`, 'utf8')).toBe('x\n'),
    patience,
  )
  await writeFile(`${folder}/go`, '')
  expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200])
  expect(await readFile(`${folder}/runs`, 'utf8')).toBe('x\n')
})

test('what nobody waited for is told to who asks next for the same revision, once', async () => {
  const folder = await givenFolder()
  const { url, hook, get } = await givenTester()
  const cmd = `echo x >> ${folder}/runs; until test -e ${folder}/go; do sleep 0.05; done`
  const leave = new AbortController()
  const payload = {
    name: 'podinfo',
    namespace: 'test',
    checksum: '1',
    metadata: { type: 'bash', cmd },
  }
  const left = fetch(url, {
    ...{ method: 'POST', body: JSON.stringify(payload), signal: leave.signal },
    headers: { authorization: 'Bearer a-token-of-tests' },
  }).catch(() => 'left')
  await vi.waitFor(
    async () => expect(await readFile(`${folder}/runs`, 'utf8')).toBe('x\n'),
    patience,
  )
  leave.abort()
  expect(await left).toBe('left')
  await writeFile(`${folder}/go`, '')
  await vi.waitFor(async () => expect((await get('/tasks')).body).toContain('succeeded'), patience)
  const runs = async () => (await readFile(`${folder}/runs`, 'utf8')).length / 2
  expect((await hook({ type: 'bash', cmd })).status).toBe(200)
  expect(await runs()).toBe(1)
  expect((await hook({ type: 'bash', cmd }, { checksum: '2' })).status).toBe(200)
  expect(await runs()).toBe(2)
  expect((await hook({ type: 'bash', cmd })).status).toBe(200)
  expect(await runs()).toBe(3)
})

test('the same load is not sent twice at a time, and of others not too many', async () => {
  const { hook, log } = await givenTester(['-max-tasks=2'])
  expect((await hook({ cmd: 'sleep 1000' })).status).toBe(202)
  expect((await hook({ cmd: 'sleep 1000' })).status).toBe(202)
  expect(log).toContain('command skipped sleep 1000 is already running')
  expect((await hook({ cmd: 'sleep 1001' })).status).toBe(202)
  expect((await hook({ cmd: 'sleep 1002' })).status).toBe(503)
})

test('a task has its log, and its line in the log of the process', async () => {
  const { hook, get, log } = await givenTester()
  await hook({ type: 'bash', cmd: 'echo hello' })
  const [task] = JSON.parse((await get('/tasks')).body) as { id: string }[]
  expect(JSON.parse((await get(`/tasks/${task?.id}`)).body)).toMatchObject({
    canary: 'podinfo.test',
    state: 'succeeded',
    output: 'hello\n',
  })
  expect(log).toEqual(
    expect.arrayContaining(['task starting echo hello', 'hello\n', 'command finished echo hello']),
  )
  expect((await get('/metrics')).body).toMatch(
    /task_seconds_count\{type="bash",state="succeeded"\} 1/,
  )
})

test('Concord is started, asked until it has finished, and its failure told', async () => {
  const states = ['RUNNING', 'FINISHED', 'FAILED']
  const keys = new Set<unknown>()
  const server = await givenServer((request, response) => {
    keys.add(request.headers.authorization)
    const body = request.method === 'POST' ? { instanceId: '7' } : { status: states.shift() }
    response.end(JSON.stringify(body))
  })
  const key = join(await givenFolder(), 'key')
  await writeFile(key, 'a-key\n')
  const metadata = {
    ...{ type: 'concord', server, org: 'o', project: 'p', repo: 'r', entrypoint: 'e' },
    ...{ endpoint: 'http://app', apiKeyPath: key, pollInterval: '1' },
  }
  const { hook } = await givenTester()
  expect((await hook(metadata)).status).toBe(200)
  expect((await hook(metadata)).body).toMatch(/concord instanceID: 7 failed$/)
  expect([...keys]).toEqual(['a-key'])
})

test.each([
  ['-timeout=soon', 'flag -timeout must be a duration such as 1h, not "soon"'],
  ['-auth=some', 'flag -auth must be token or none, not "some"'],
  ['-namespace-regexp=(', 'flag -namespace-regexp "(" is no regular expression'],
  ['-max-tasks=0', 'flag -max-tasks must be 1 or more'],
])('%s is refused at the start', (flag, sentence) => {
  expect(() => parseLoadTesterConfig([flag])).toThrow(sentence)
})

/** One that ended, and that its parent has not asked about, does not run. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') X')
  return !/\) [ZX]/.test(stat)
}

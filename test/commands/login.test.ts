/** Login programs of a kubeconfig, as a person meets them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
let folder: string

beforeAll(async () => {
  cluster = await startCluster({ tokens: { secret: { name: 'jane', groups: ['system:masters'] } } })
  folder = mkdtempSync(join(tmpdir(), 'kubectl-canary-login-'))
  cluster.put(canaryObject({ name: 'podinfo' }))
})
afterAll(async () => {
  await cluster.close()
  rmSync(folder, { recursive: true })
})

/** A kubeconfig whose user logs in by this script of a shell. */
function loginBy(name: string, script: string) {
  const config = parse(readFileSync(cluster.kubeconfig, 'utf8'))
  const exec = { command: 'sh', args: ['-c', script], interactiveMode: 'IfAvailable' }
  for (const user of config.users)
    user.user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', ...exec } }
  const file = join(folder, name)
  writeFileSync(file, stringify(config))
  return { env: { KUBECONFIG: file } }
}

const credential = JSON.stringify({
  ...{ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1' },
  status: { token: 'secret' },
})

test('what a login program says is on stderr, and the result alone on stdout', async () => {
  const script = `echo 'open https://login.example/device' >&2; echo '${credential}'`
  const answer = await cluster.run('list -o name', loginBy('prompting', script))
  expect(answer).toEqual({
    code: 0,
    stdout: 'canary.flagger.app/podinfo\n',
    stderr: 'open https://login.example/device\n',
  })
})

test('a login program that fails is named, and the server is not asked', async () => {
  const before = cluster.server.requests.log().length
  const answer = await cluster.run('list', loginBy('failing', 'exit 3'))
  expect(answer).toMatchObject({ code: 1, stdout: '' })
  expect(answer.stderr).toContain('the login program sh failed with exit code 3')
  expect(cluster.server.requests.log()).toHaveLength(before)
})

test('a second signal ends at once what the first one only asked to end', async () => {
  // Whoever waits for a person at another program is not done by one interrupt.
  const script = `trap '' INT TERM; echo 'touch your key' >&2; while sleep 1; do echo; done`
  const { code, stdout } = await cluster.run('list', {
    ...loginBy('waiting', script),
    interruptAt: 'touch your key',
    interruptBy: ['SIGINT', 'SIGTERM'],
  })
  expect([130, 143]).toContain(code)
  expect(stdout).toBe('')
})

/** Completion: what kubectl is told, and the link by which it finds who tells. */
import { execFile } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
let folder: string
const root = new URL('../../', import.meta.url).pathname

beforeAll(async () => {
  cluster = await startCluster()
  folder = mkdtempSync(join(tmpdir(), 'kubectl-canary-completion-'))
  cluster.put(
    canaryObject({ name: 'podinfo', status: { phase: 'Progressing', canaryWeight: 20 } }),
    canaryObject({ name: 'backend', status: { phase: 'Failed' } }),
  )
})
afterAll(async () => {
  await cluster.close()
  rmSync(folder, { recursive: true })
})

const complete = (...words: string[]) => cluster.run(['__complete', ...words])

test('commands are told with what they do', async () => {
  const { code, stdout, stderr } = await complete('')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('status\tShow a canary in full')
  expect(stdout).toMatch(/\n:4\n$/)
  expect((await complete('unheard', '')).stdout).toBe(':4\n')
})

test('canaries are told with how they are, and no name twice', async () => {
  expect((await complete('status', '')).stdout).toBe(
    'backend\tFailed 0\npodinfo\tProgressing 20\n:4\n',
  )
  expect((await complete('status', 'podinfo', '')).stdout).toBe('backend\tFailed 0\n:4\n')
  expect((await complete('status', 'po')).stdout).toBe('podinfo\tProgressing 20\n:4\n')
  expect((await complete('status', 'deploy/b')).stdout).toBe('deploy/backend\tFailed 0\n:4\n')
  expect((await complete('-n', 'empty', 'status', '')).stdout).toBe(':4\n')
})

test('a workload is found by the kind that is typed, and without one by the usual kind', async () => {
  const of = (kind: string, name: string) => ({
    ...{ apiVersion: 'apps/v1', kind, metadata: { name, namespace: 'test' } },
    spec: {
      serviceName: name,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'c', image: 'a:1' }] },
      },
    },
  })
  cluster.put(of('Deployment', 'web'), of('Deployment', 'web-primary'), of('StatefulSet', 'store'))
  expect((await complete('generate', '')).stdout).toBe('deploy/web\n:4\n')
  expect((await complete('generate', 'sts/')).stdout).toBe('sts/store\n:4\n')
  expect((await complete('generate', 'statefulset/s')).stdout).toBe('statefulset/store\n:4\n')
})

test('namespaces and contexts are told', async () => {
  expect((await complete('-n', 'te')).stdout).toBe('test\n:4\n')
  const { stdout } = await complete('--context=')
  expect(stdout).toMatch(/^--context=\S+\n:4\n$/)
})

test('without a cluster, and without rights, there is silence', async () => {
  const nobody = await complete('--server=http://127.0.0.1:1', 'status', '')
  expect(nobody).toEqual({ code: 0, stdout: ':1\n', stderr: '' })
  const none = await cluster.run(['__complete', 'status', ''], { env: { KUBECONFIG: '/none' } })
  expect(none).toEqual({ code: 0, stdout: ':1\n', stderr: '' })
})

test('one of a thousand canaries is found', async () => {
  cluster.server.store.create({
    ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'many' } },
  })
  const many = Array.from({ length: 1000 }, (_, at) =>
    canaryObject({ name: `canary-${at}`, namespace: 'many' }),
  )
  cluster.put(...many)
  expect((await complete('-n', 'many', 'list', 'canary-99')).stdout.split('\n')).toHaveLength(13)
})

test('the plugin completes under the name that kubectl calls', async () => {
  const link = join(folder, 'kubectl_complete-canary')
  symlinkSync(join(root, 'bin/kubectl-canary.js'), link)
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfig }
  const { stdout } = await promisify(execFile)(process.execPath, [link, 'sta'], { env })
  expect(stdout).toContain('status\tShow a canary in full')
  rmSync(link)
})

test('the link is made beside the plugin, and taken away', async () => {
  symlinkSync(join(root, 'bin/kubectl-canary.js'), join(folder, 'kubectl-canary'))
  const env = { PATH: folder, HOME: '/nonexistent' }
  const link = join(folder, 'kubectl_complete-canary')
  expect(await cluster.run('completion --install', { env })).toEqual({
    ...{ code: 0, stdout: `${link} created\n`, stderr: '' },
  })
  expect(readlinkSync(link)).toBe('kubectl-canary')
  expect((await cluster.run('completion --install', { env })).code).toBe(0)
  expect((await cluster.run('completion --uninstall', { env })).stdout).toBe(`${link} removed\n`)
  const nowhere = await cluster.run('completion --install', { env: { PATH: '/nonexistent' } })
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('on no folder') })
})

test.each([
  ['a program', (path: string) => writeFileSync(path, '#!/bin/sh\n')],
  ['a link to another program', (path: string) => symlinkSync('/bin/true', path)],
  ['a folder', (path: string) => mkdirSync(path)],
])('%s of the name of the link stays, and the way out is told', async (_, put) => {
  const own = mkdtempSync(join(tmpdir(), 'kubectl-canary-completion-'))
  onTestFinished(() => rmSync(own, { recursive: true }))
  symlinkSync(join(root, 'bin/kubectl-canary.js'), join(own, 'kubectl-canary'))
  const env = { PATH: own, HOME: '/nonexistent' }
  const link = join(own, 'kubectl_complete-canary')
  put(link)
  const before = lstatSync(link)
  for (const flag of ['--install', '--uninstall']) {
    const { code, stdout, stderr } = await cluster.run(`completion ${flag}`, { env })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`error: ${link} is there already, and is no link to this plugin`)
    expect(stderr).toContain(`  to move it away: mv ${link} ${link}.old\n`)
  }
  expect(lstatSync(link).ino).toBe(before.ino)
})

test('a link that was left over from a plugin that is gone is made anew', async () => {
  const own = mkdtempSync(join(tmpdir(), 'kubectl-canary-completion-'))
  onTestFinished(() => rmSync(own, { recursive: true }))
  symlinkSync(join(root, 'bin/kubectl-canary.js'), join(own, 'kubectl-canary'))
  const link = join(own, 'kubectl_complete-canary')
  symlinkSync('/nonexistent/kubectl-canary', link)
  const { code } = await cluster.run('completion --install', { env: { PATH: own, HOME: '/no' } })
  expect({ code, link: readlinkSync(link) }).toEqual({ code: 0, link: 'kubectl-canary' })
})

test.each(['bash', 'zsh', 'fish', 'powershell'])('there is a script for %s', async (shell) => {
  const { code, stdout } = await cluster.run(`completion ${shell}`)
  expect(code).toBe(0)
  expect(stdout).toContain('kubectl-canary __complete')
})

test('bash takes the script, and completes by it', async () => {
  const { stdout: script } = await cluster.run('completion bash')
  const program = 'kubectl-canary() { printf "status\\tShow\\nstart\\n:4\\n"; }'
  const line = 'COMP_WORDS=(kubectl-canary st); COMP_CWORD=1'
  const text = `${program}\n${script}\n${line}\n__kubectl_canary_complete; echo "\${COMPREPLY[@]}"`
  const { stdout } = await promisify(execFile)('bash', ['-c', text])
  expect(stdout).toBe('status start\n')
})

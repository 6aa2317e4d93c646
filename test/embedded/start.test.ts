/** Reasons not to start: one sentence, an exit code, no stack. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startCluster } from './support/cluster.ts'
import { runController } from './support/controller.ts'

test.each([
  ['an unknown flag', ['-no-such-flag=1'], /^error: unknown flag -no-such-flag; see -help\n$/],
  [
    'a flag without its value',
    ['-namespace'],
    /^error: flag -namespace needs a value: -namespace=VALUE\n$/,
  ],
  ['a word that is no flag', ['start'], /^error: "start" is not a flag; see -help\n$/],
  [
    'a duration that is none',
    ['--control-loop-interval=soon'],
    /^error: flag -control-loop-interval must be a duration such as 10s, not "soon"\n$/,
  ],
])('%s is a usage error', async (_, flags, sentence) => {
  const { code, output } = await runController(flags)
  expect(code).toBe(2)
  expect(output).toMatch(sentence)
})

test('a kubeconfig that is missing is named', async () => {
  const { code, output } = await runController(['-kubeconfig=/nonexistent/config'])
  expect(code).toBe(1)
  expect(messagesOf(output)).toEqual([expect.stringContaining('/nonexistent/config')])
})

test('outside a pod it acts on no cluster that nobody named, as behind kubectl canary controller', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-canary-start-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'kubeconfig')
  writeFileSync(file, 'current-context: prod')
  const { code, output } = await runController([], { KUBECONFIG: file })
  expect(code).toBe(2)
  expect(output).toMatch(/^error: not in a pod: .* name the cluster with -kubeconfig or -master\n$/)
})

test('a server that nobody listens at is named', async () => {
  const cluster = await startCluster()
  await cluster.close()
  const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-canary-start-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'kubeconfig')
  writeFileSync(file, cluster.server.kubeconfig)
  const { code, output } = await runController([`-kubeconfig=${file}`])
  expect(code).toBe(1)
  expect(messagesOf(output).at(-1)).toMatch(/connection to the server 127.0.0.1:\d+ was refused/)
})

test('definitions that are missing are named', async () => {
  const cluster = await startCluster({ withoutKinds: ['Canary'] })
  onTestFinished(() => cluster.close())
  const { code, output } = await runController([`-kubeconfig=${cluster.kubeconfig}`])
  expect(code).toBe(1)
  expect(messagesOf(output)).toEqual([
    'Canary CRD is not registered: apply the definitions in crds/ first',
  ])
})

test('-version and -help answer and end', async () => {
  const version = await runController(['-version'])
  expect(version).toEqual({
    code: 0,
    output: expect.stringMatching(/^Flagger version \d+\.\d+\.\d+ revision {2}\S+\n$/),
  })
  const help = await runController(['--help'])
  expect(help.code).toBe(0)
  expect(help.output).toContain('-mesh-provider\n')
})

/** What the log says; fails for lines that are none of the log. */
function messagesOf(output: string): string[] {
  const lines = output.trim().split('\n')
  return lines.map((line) => (JSON.parse(line) as { msg: string }).msg)
}

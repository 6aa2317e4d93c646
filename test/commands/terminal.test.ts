/** On a real terminal, keys and all, as tmux gives one. */
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const run = promisify(execFile)
const isSkipped = process.env.CI !== 'true' && spawnSync('tmux', ['-V']).status !== 0
const program = new URL('support/plugin.ts', import.meta.url).pathname

let cluster: TestCluster

beforeEach(async () => {
  cluster = await startCluster()
  const status = { phase: 'Failed', lastTransitionTime: ago(5) } as const
  cluster.put(canaryObject({ name: 'podinfo', status, analysis: { webhooks: [] } }))
})

afterEach(() => cluster.close())

/** A terminal of 80 columns in which a shell runs the plugin, and then tells its exit code. */
async function typed(line: string) {
  const at = `kubectl-canary-${process.pid}-${line.replace(/\W/g, '')}`
  const tmux = async (...words: string[]) => (await run('tmux', ['-L', at, ...words])).stdout
  const command = `'${process.execPath}' '${program}' ${line}; echo "exit code $?"; sleep 60`
  const env = ['-e', `KUBECONFIG=${cluster.kubeconfig}`, '-e', 'CI=', '-e', 'LANG=C.UTF-8']
  await tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-x',
    '80',
    '-y',
    '24',
    ...env,
    'sh',
    '-c',
    command,
  )
  onTestFinished(async () => void (await tmux('kill-server')))
  const patience = { timeout: 30_000, interval: 50 }
  return {
    press: (key: string) => tmux('send-keys', key),
    shows: (text: string) =>
      vi.waitFor(async () => expect(await tmux('capture-pane', '-p')).toContain(text), patience),
  }
}

// Where all is installed it must run.
test.skipIf(isSkipped)('Ctrl-C at a question ends with 130, and nothing is asked for', async () => {
  const terminal = await typed('reset podinfo')
  await terminal.shows('[y/N]')
  await terminal.press('C-c')
  await terminal.shows('exit code 130')
  expect(cluster.canary('podinfo')?.metadata.annotations ?? {}).toEqual({})
})

test.skipIf(isSkipped)('a no to a question ends with 1, and nothing is asked for', async () => {
  const terminal = await typed('reset podinfo')
  await terminal.shows('[y/N]')
  await terminal.press('Enter')
  await terminal.shows('exit code 1')
  expect(cluster.canary('podinfo')?.metadata.annotations ?? {}).toEqual({})
})

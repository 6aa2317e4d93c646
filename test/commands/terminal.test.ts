/** On a real terminal, keys and all, as tmux gives one. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CanaryStatus } from '../../src/canary/api.gen.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago, eventObject, virtualService, workloads } from './support/objects.ts'
import { givenTerminal, isWithoutTmux, type TerminalOptions } from './support/tmux.ts'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 })

const folder = new URL('support/', import.meta.url).pathname

let cluster: TestCluster

beforeEach(async () => {
  cluster = await startCluster()
  cluster.put(
    canaryObject({ name: 'podinfo', status: failed, analysis: { webhooks: [] } }),
    ...workloads({ name: 'checkout', image: 'shop/c:2', promoted: 'shop/c:1', replicas: 2 }),
    virtualService('checkout', 20),
    eventObject('checkout', ago(5), { type: 'Warning', name: 'halt', message: halt }),
    canaryObject({ name: 'checkout', status: moving, analysis: { webhooks: [] } }),
  )
})

afterEach(() => cluster.close())

const failed: CanaryStatus = { phase: 'Failed', lastTransitionTime: ago(5) }
const halt =
  'Halt checkout.test advancement: metric request-success-rate could not be measured: Post "http://prometheus.monitoring.svc.cluster.local:9090/api/v1/query": 503 Service Unavailable'
const moving: CanaryStatus = {
  phase: 'Progressing',
  canaryWeight: 20,
  failedChecks: 1,
  lastAppliedSpec: 'v2:6c9d7f31a0',
  lastTransitionTime: ago(5),
  controller: 'canary-controller/0.1.0',
  canaryAnalysis: {
    ...{ runId: 3, startedAt: ago(60), weight: 20, step: 4, steps: 10 },
    // Far away: no view shows that it has come meanwhile.
    nextTickAt: ago(-3600),
  },
}

function typed(program: string, words: readonly string[], options: TerminalOptions = {}) {
  const quoted = [process.execPath, `${folder}${program}`, ...words].map((word) => `'${word}'`)
  const env = { KUBECONFIG: cluster.kubeconfig, ...options.env }
  return givenTerminal(`${quoted.join(' ')}; echo "exit code $?"`, { ...options, env })
}
const plugin = (line: string) => typed('plugin.ts', line.split(' '))

describe.skipIf(isWithoutTmux)('keys', () => {
  test('Ctrl-C at a question ends with 130, and nothing is asked for', async () => {
    const terminal = await plugin('reset podinfo')
    await terminal.shows('[y/N]')
    await terminal.press('C-c')
    await terminal.shows('exit code 130')
    expect(cluster.canary('podinfo')?.metadata.annotations ?? {}).toEqual({})
  })

  test('a no to a question ends with 1, and nothing is asked for', async () => {
    const terminal = await plugin('reset podinfo')
    await terminal.shows('[y/N]')
    await terminal.press('Enter')
    await terminal.shows('exit code 1')
    expect(cluster.canary('podinfo')?.metadata.annotations ?? {}).toEqual({})
  })

  test.each(['watch checkout', 'list -w'])(
    'Ctrl-C leaves the last picture of %s, gives the cursor back, and ends with 130',
    async (line) => {
      const terminal = await plugin(line)
      await terminal.shows('checkout')
      await vi.waitFor(async () => expect(await terminal.hidesCursor()).toBe(true), {
        ...{ timeout: 300_000, interval: 100 },
      })
      await terminal.press('C-c')
      await terminal.shows('exit code 130')
      expect(await terminal.hidesCursor()).toBe(false)
      expect((await terminal.seen()).join('\n')).toContain('checkout')
    },
  )
})

/** What is drawn for the width; `version`, errors and notes have lines of their own length. */
const looks = [
  ...['list', 'list -A', 'list --attention', 'status checkout', 'status podinfo'],
  ...['events checkout', 'doctor checkout', 'explain checkout', 'gate checkout', 'diff checkout'],
]
const sizes = [60, 80, 120, 200].map((columns, at) => ({ columns, isColoured: at % 2 === 0 }))

describe.skipIf(isWithoutTmux)('what is shown', () => {
  test.each(sizes)(
    'fits $columns columns, but for commands to copy (colour: $isColoured)',
    async ({ columns, isColoured }) => {
      const env = { NO_COLOR: isColoured ? '' : '1' }
      const terminal = await typed('terminal-lines.ts', looks, { columns, rows: 400, env })
      await terminal.shows('exit code')
      const whole = await terminal.seen({ whole: true })
      expect(whole).toContain('all is shown')
      const broken = whole.filter((line) => [...line].length > columns)
      expect(broken.filter((line) => !line.includes('kubectl '))).toEqual([])
      const codes = (await terminal.seen({ codes: true })).join('\n')
      expect(codes.includes('\x1b[3')).toBe(isColoured)
    },
  )
})

/** `gate`: real command lines, and the annotation that they write. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
const webhooks = [
  { name: 'start', type: 'confirm-rollout', url: 'http://flagger-loadtester.test/gate/check' },
  { name: 'change approval', type: 'confirm-promotion', url: '' },
]
const key = 'flagger.app/gate.change-approval'
const kept = () => cluster.canary('podinfo')?.metadata.annotations?.[key]

beforeAll(async () => {
  cluster = await startCluster()
  const controller = 'canary-controller/v0.1.0'
  cluster.put(
    {
      ...{ apiVersion: 'v1', kind: 'Service' },
      metadata: { name: 'flagger-loadtester', namespace: 'test' },
      spec: { ports: [{ port: 80 }] },
    } as KubeObject,
    canaryObject({ status: { phase: 'Initialized', controller }, analysis: { webhooks } }),
    canaryObject({
      ...{ name: 'old', analysis: { webhooks } },
      status: { phase: 'Progressing', controller: 'flagger/1.44.0' },
    }),
  )
})
afterAll(() => cluster.close())

test('the gates of a canary are listed', async () => {
  const { code, stdout } = await cluster.run('gate podinfo')
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `GATE              TYPE                STATE     ANSWERED BY
start             confirm-rollout     unknown   webhook http://flagger-loadtester.test/gate/check
change approval   confirm-promotion   closed    annotation ${key}
`,
  })
  expect((await cluster.run('gate podinfo --check')).code).toBe(3)
})

test('who answers a gate is told on a narrow terminal too', async () => {
  const { stdout } = await cluster.run('gate podinfo', { columns: 80 })
  expect(stdout).toBe(`GATE              TYPE                STATE
start             confirm-rollout     unknown
    webhook http://flagger-loadtester.test/gate/check
change approval   confirm-promotion   closed
    annotation ${key}
`)
})

test('a gate is opened, closed, and given back', async () => {
  const run = (words: string[]) => cluster.run(['gate', 'podinfo', ...words])
  expect(await run(['--open=change approval'])).toEqual({
    code: 0,
    stdout: 'canary.flagger.app/podinfo gate "change approval" open\n',
    stderr: '',
  })
  expect(kept()).toBe('open')
  const json = JSON.parse((await run(['--close=change approval', '-o', 'json'])).stdout)
  expect(json).toMatchObject({ kind: 'CanaryGates', gates: [{}, { open: false }] })
  expect(kept()).toBe('closed')
  expect((await run(['--open=change approval', '--dry-run=client'])).stdout).toContain('(dry run)')
  expect(kept()).toBe('closed')
  await run(['--clear=change approval'])
  expect(kept()).toBeUndefined()
})

test('a gate that there is none of is refused with those that there are', async () => {
  expect(await cluster.run('gate podinfo --open=other')).toEqual({
    code: 6,
    stdout: '',
    stderr:
      'error: canary.flagger.app/podinfo has no gate "other"\n  there are: "start", "change approval"\n',
  })
  expect((await cluster.run('gate --open=start')).code).toBe(2)
  expect((await cluster.run('gate podinfo --open=start --check')).code).toBe(2)
})

test('under Flagger only a gate of its load tester can be opened', async () => {
  const refused = await cluster.run(['gate', 'old', '--open=change approval'])
  expect(refused.code).toBe(6)
  expect(refused.stderr).toContain('handled by Flagger, which reads no annotations')
  const asked = await cluster.run('gate old --open=start --dry-run=client')
  expect(asked.stdout).toBe(
    'canary.flagger.app/old gate "start" open (by test/flagger-loadtester) (dry run)\n',
  )
})

test('a gate at an address that is no Service is answered outside', async () => {
  const url = 'http://flagger.example/gate/check'
  const outside = [{ name: 'start', type: 'confirm-rollout', url }]
  const controller = 'flagger/1.44.0'
  cluster.put(
    canaryObject({
      ...{ name: 'outside', analysis: { webhooks: outside } },
      status: { phase: 'Progressing', controller },
    }),
  )
  expect((await cluster.run('gate outside')).stdout).toContain(`external ${url}\n`)
  const opened = await cluster.run(['gate', 'outside', '--open=start'])
  expect({ code: opened.code, stdout: opened.stdout }).toEqual({ code: 6, stdout: '' })
})

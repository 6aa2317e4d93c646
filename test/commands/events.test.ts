/** `events`: real command lines, and what was said of canaries and their parts. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago, eventObject } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster

const podEvent = (): KubeObject => ({
  ...eventObject('x', ago(30), { type: 'Warning', message: 'Back-off pulling image', name: 'pod' }),
  ...{ involvedObject: { kind: 'Pod', name: 'podinfo-5f6c8d9b7d-2xk9p', namespace: 'test' } },
})

beforeAll(async () => {
  cluster = await startCluster()
  cluster.put(
    canaryObject({ name: 'podinfo', status: { phase: 'Progressing' } }),
    canaryObject({ name: 'backend', status: { phase: 'Failed' } }),
    eventObject('podinfo', ago(20), { type: 'Normal', message: 'Advance', name: 'one' }),
    eventObject('podinfo', ago(10_000), { type: 'Warning', message: 'Halt', name: 'two' }),
    eventObject('backend', ago(90), { type: 'Warning', message: 'Rolling back', name: 'three' }),
    podEvent(),
  )
})
afterAll(() => cluster.close())

const messages = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {3,}/).at(-1))

test('the events of one canary, oldest first', async () => {
  const { code, stdout, stderr } = await cluster.run('events podinfo')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(messages(stdout)).toEqual(['MESSAGE', 'Halt', 'Advance'])
})

test('without a name all canaries of the namespace, narrowed by type and time', async () => {
  const all = await cluster.run('events --no-headers')
  expect(messages(all.stdout)).toEqual(['Halt', 'Rolling back', 'Advance'])
  const late = await cluster.run('events --no-headers --types=Warning --since=10m')
  expect(messages(late.stdout)).toEqual(['Rolling back'])
})

test('related events are those of the parts', async () => {
  const { stdout } = await cluster.run('events podinfo --related --no-headers')
  expect(messages(stdout)).toEqual(['Halt', 'Back-off pulling image', 'Advance'])
})

test('events are a document', async () => {
  const { stdout } = await cluster.run('events backend -o json')
  expect(JSON.parse(stdout)).toMatchObject({
    apiVersion: 'cli.canary/v1',
    kind: 'CanaryEvents',
    items: [{ message: 'Rolling back', object: { kind: 'Canary', name: 'backend' } }],
  })
})

test('nothing to show is said on stderr, a wrong type is a usage error', async () => {
  expect(await cluster.run('events -n empty')).toEqual({
    ...{ code: 0, stdout: '', stderr: 'No events found in empty namespace.\n' },
  })
  expect((await cluster.run('events --types=Alert')).code).toBe(2)
})

test('with -w each event is told once, until somebody interrupts', async () => {
  const running = cluster.run('events podinfo -w --no-headers', { interruptAt: 'Promoted' })
  const said = { type: 'Normal', message: 'Promoted', name: 'four' }
  const timer = setInterval(() => {
    const isWatching = cluster.server.requests
      .log()
      .some((one) => JSON.stringify(one).includes('watch'))
    if (!isWatching) return
    clearInterval(timer)
    cluster.put(eventObject('podinfo', ago(0), said))
  }, 100)
  const { code, stdout } = await running
  expect(code).toBe(130)
  expect(messages(stdout)).toEqual(['Halt', 'Advance', 'Promoted'])
})

/** watch and --wait: live, against a cluster that changes meanwhile. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CanaryStatus } from '../../src/canary/api.gen.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago, workloads } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
const ref = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  namespace: 'test',
  name: 'podinfo',
}
const status: CanaryStatus = {
  phase: 'Progressing',
  failedChecks: 0,
  canaryWeight: 5,
  lastAppliedSpec: 'v2:6c9d7f31a0',
  lastTransitionTime: ago(5),
  controller: 'canary-controller/v0.1.0',
  canaryAnalysis: {
    runId: 3,
    startedAt: ago(60),
    weight: 5,
    step: 1,
    steps: 10,
    nextTickAt: ago(-600),
  },
}

beforeEach(async () => {
  cluster = await startCluster()
  cluster.put(
    ...workloads({
      name: 'podinfo',
      image: 'podinfo:6.0.1',
      promoted: 'podinfo:6.0.0',
      replicas: 1,
    }),
    canaryObject({ name: 'podinfo', status, analysis: { webhooks: [] } }),
  )
})

afterEach(() => cluster.close())

/** Writes the next status each time the plugin has begun to watch or has seen the last one. */
function play(...steps: CanaryStatus[]): void {
  const seen = new Set<string>()
  const timer = setInterval(() => {
    const watching = cluster.server.requests
      .log()
      .some((one) => JSON.stringify(one).includes('watch'))
    if (!watching) return
    const next = steps.shift()
    if (!next) return clearInterval(timer)
    seen.add(next.phase ?? '')
    const how = { type: 'merge', subresource: 'status' } as never
    cluster.server.store.patch(ref, { status: next }, how)
  }, 300)
}

const at = (weight: number, step: number): CanaryStatus => ({
  canaryWeight: weight,
  canaryAnalysis: { runId: 3, weight, step, steps: 10 },
})
const lines = (text: string) => text.split('\n').map((line) => line.replace(/^\S+Z /, ''))

test('watch prints a line for each change, and ends with the verdict', async () => {
  play(at(10, 2), { ...at(0, 10), phase: 'Succeeded' })
  const { code, stdout } = await cluster.run('watch podinfo')
  expect(code).toBe(0)
  expect(lines(stdout)).toEqual([
    'test/podinfo Progressing weight=5 step=1/10 checks=0/5 eta=12m',
    'test/podinfo Progressing weight=10 step=2/10 checks=0/5 eta=11m',
    'test/podinfo Succeeded weight=0',
    'test/podinfo podinfo:6.0.0 promoted',
    '',
  ])
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ /)
})

test('watch of a run that fails has code 3', async () => {
  play({
    ...at(0, 1),
    phase: 'Failed',
    history: [{ id: 3, result: 'Failed', reason: 'too many failed checks' }],
  })
  const { code, stdout } = await cluster.run('watch podinfo')
  expect(code).toBe(3)
  expect(stdout).toContain('test/podinfo failed: too many failed checks\n')
})

test('watch -o json gives one document on each line', async () => {
  play({ ...at(0, 10), phase: 'Succeeded' })
  const { stdout } = await cluster.run('watch podinfo -o json')
  const documents = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(documents.map(({ kind, phase }) => `${kind} ${phase}`)).toEqual([
    'CanaryReport Progressing',
    'CanaryReport Succeeded',
  ])
})

test('watch ends after --timeout with code 4', async () => {
  const { code, stderr } = await cluster.run('watch podinfo --timeout=1s')
  expect(code).toBe(4)
  expect(stderr).toContain('error: timed out waiting for the run to end')
})

test.each(['600h', '6000h'])('a --timeout of %s is longer than the run', async (timeout) => {
  play({ ...at(0, 10), phase: 'Succeeded' })
  const { code, stderr } = await cluster.run(`watch podinfo --timeout=${timeout}`)
  expect(stderr).toBe('')
  expect(code).toBe(0)
})

test('an interrupt ends the watch with code 130', async () => {
  const { code } = await cluster.run('watch podinfo', { interruptAt: 'weight=5' })
  expect(code).toBe(130)
})

test('a container that is stopped ends the watch with code 143', async () => {
  const { code, stderr } = await cluster.run('watch podinfo', {
    interruptAt: 'Progressing',
    interruptBy: ['SIGTERM'],
  })
  expect(code).toBe(143)
  expect(stderr).toContain('note: stopped watching; the controller goes on\n')
})

test('a canary that is deleted meanwhile is an error', async () => {
  const watching = cluster.run('watch podinfo')
  const timer = setInterval(() => {
    if (cluster.server.requests.log().some((one) => JSON.stringify(one).includes('watch')))
      cluster.server.store.delete(ref)
  }, 300)
  const { code, stderr } = await watching
  clearInterval(timer)
  expect(code).toBe(1)
  expect(stderr).toBe('error: canary.flagger.app/podinfo was deleted\n')
})

test('a lost watch is taken up again', async () => {
  play(at(10, 2), at(15, 3), { ...at(0, 10), phase: 'Succeeded' })
  const timer = setInterval(() => cluster.server.dropWatches(), 500)
  const { code, stdout } = await cluster.run('watch podinfo')
  clearInterval(timer)
  expect(code).toBe(0)
  expect(stdout).toContain('podinfo:6.0.0 promoted')
})

test('promote --full --wait ends with the run', async () => {
  cluster.answerRequests('accepted', 'ok')
  play({ ...at(5, 1), phase: 'Promoting' }, { ...at(0, 10), phase: 'Succeeded' })
  const { code, stdout } = await cluster.run('promote podinfo --full --yes --wait')
  expect(code).toBe(0)
  expect(stdout).toBe(
    'canary.flagger.app/podinfo full promotion accepted\ncanary.flagger.app/podinfo promoted\n',
  )
})

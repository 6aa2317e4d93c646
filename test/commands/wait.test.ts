/** `wait`: real command lines, against a cluster that changes meanwhile. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CanaryStatus } from '../../src/canary/api.gen.ts'
import type { Templated } from '../../src/workloads/pods/pod-template.ts'
import { revisionOf } from '../../src/workloads/revision.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago, workloads } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
const ref = (name = 'podinfo') => ({
  ...{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace: 'test', name },
})
let running: CanaryStatus
const started: CanaryStatus = {
  phase: 'Progressing',
  lastTransitionTime: ago(5),
  controller: 'canary-controller/v0.1.0',
  canaryAnalysis: { runId: 3, startedAt: ago(60), weight: 5, step: 1, steps: 10 },
}

beforeEach(async () => {
  cluster = await startCluster()
  const images = { image: 'podinfo:6.0.1', promoted: 'podinfo:6.0.0' }
  cluster.put(...workloads({ name: 'podinfo', ...images, replicas: 1 }))
  // As the API server has it, with defaults.
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'test', name: 'podinfo' }
  const { spec } = cluster.server.store.get<Templated>(target) ?? {}
  running = { ...started, lastAppliedSpec: revisionOf(spec?.template) }
})
afterEach(() => cluster.close())

const put = (status: CanaryStatus) =>
  cluster.put(canaryObject({ status, analysis: { webhooks: [] } }))

/** Changes the status once the plugin watches. */
function then(status: CanaryStatus): void {
  const timer = setInterval(() => {
    const log = cluster.server.requests.log()
    if (!log.some((one) => JSON.stringify(one).includes('watch'))) return
    clearInterval(timer)
    const how = { type: 'merge', subresource: 'status' } as never
    cluster.server.store.patch(ref(), { status }, how)
  }, 100)
}

test('a failure ends it at once, with its cause', async () => {
  put(running)
  const history = [{ id: 3, result: 'Failed' as const, reason: 'request-success-rate 97.1 < 99' }]
  then({ phase: 'Failed', history })
  expect(await cluster.run('wait podinfo')).toEqual({
    code: 3,
    stdout: '',
    stderr:
      'note: waiting up to 26m\nerror: canary.flagger.app/podinfo failed: request-success-rate 97.1 < 99\n',
  })
})

test('the success of an earlier run is not taken for that of the change under way', async () => {
  put({ ...running, phase: 'Succeeded', lastAppliedSpec: 'v2:before' })
  const { code, stderr } = await cluster.run('wait podinfo --timeout=10s')
  expect(code).toBe(4)
  expect(stderr).toContain('timed out waiting for the condition on canaries/podinfo\n  Succeeded')
})

test('conditions are met one after the other, and a document is given of the canary', async () => {
  put(running)
  then({ canaryAnalysis: { runId: 3, weight: 30, step: 6, steps: 10 } })
  const words = 'wait podinfo --for=started --for=weight=30 -o json --quiet'
  const { code, stdout, stderr } = await cluster.run(words)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'CanaryReport', traffic: { canary: 30 } })
})

test('a deletion is waited for, and is an error where it is not', async () => {
  put(running)
  const gone = cluster.run('wait podinfo --for=delete')
  const kept = cluster.run('wait podinfo')
  const timer = setInterval(() => {
    const log = cluster.server.requests.log()
    if (log.filter((one) => JSON.stringify(one).includes('watch')).length < 2) return
    clearInterval(timer)
    cluster.server.store.delete(ref())
  }, 100)
  expect(await gone).toMatchObject({ code: 0, stdout: 'canary.flagger.app/podinfo deleted\n' })
  expect((await kept).stderr).toContain('error: canary.flagger.app/podinfo was deleted')
})

test('a canary that is not there is an error at once, unless its creation is waited for', async () => {
  expect((await cluster.run('wait nothere')).code).toBe(1)
  put({ phase: 'Progressing' })
  const { code, stdout } = await cluster.run('wait podinfo --for=create --for=phase=Progressing')
  expect({ code, stdout }).toEqual({
    ...{ code: 0, stdout: 'canary.flagger.app/podinfo condition met\n' },
  })
})

test('it needs a name, and a condition that there is', async () => {
  expect((await cluster.run('wait')).code).toBe(2)
  expect((await cluster.run('wait podinfo --for=later')).code).toBe(2)
})

test('a target that is missing is told by its name, and waited for', async () => {
  const status: CanaryStatus = { phase: 'Initialized', controller: 'canary-controller/v0.1.0' }
  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nowhere' }
  cluster.put(canaryObject({ name: 'lost', status, spec: { targetRef } }))
  expect(await cluster.run('wait lost --timeout=1s')).toEqual({
    code: 4,
    stdout: '',
    stderr:
      'note: canary.flagger.app/lost: its target deployment/nowhere is missing: waiting for it\n' +
      'note: waiting up to 1s\nerror: timed out waiting for the condition on canaries/lost\n  its target deployment/nowhere is missing\n',
  })
})

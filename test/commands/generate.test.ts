/** `generate`: real command lines; what is printed passes lint. */
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { parse, stringify } from 'yaml'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { workloads } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
const [target] = workloads({ name: 'podinfo', image: 'a:1', promoted: 'a:1', replicas: 1 })

beforeAll(async () => {
  cluster = await startCluster()
  if (target) cluster.put(target)
})
afterAll(() => cluster.close())

test('a Canary for a Deployment of the cluster passes lint', async () => {
  const { code, stdout, stderr } = await cluster.run('generate deploy/podinfo --port 9898')
  expect(code).toBe(0)
  expect(parse(stdout)).toMatchObject({
    spec: { provider: 'istio', targetRef: { kind: 'Deployment', name: 'podinfo' } },
  })
  expect(stderr).toContain('note: without requests the metrics have no values')
  expect(await cluster.run('lint -f -', { stdin: stdout })).toMatchObject({ code: 0 })
})

test('a manifest is enough, without any cluster', async () => {
  const how = { stdin: stringify(target), env: { KUBECONFIG: '/nonexistent' } }
  const { code, stdout } = await cluster.run('generate -f - --port 80 --gate promotion', how)
  expect(code).toBe(0)
  expect(parse(stdout).spec.analysis.webhooks).toEqual([
    { name: 'promotion gate', type: 'confirm-promotion', url: '' },
  ])
})

test('what can not be meant is refused', async () => {
  expect((await cluster.run('generate')).code).toBe(2)
  expect((await cluster.run('generate podinfo')).code).toBe(2)
  expect((await cluster.run('generate deploy/podinfo')).stderr).toContain('give it with --port')
  expect((await cluster.run('generate deploy/nothere --port 1')).code).toBe(1)
  const weights = 'generate deploy/podinfo --port 1 --step-weights=5,1'
  expect((await cluster.run(weights)).code).toBe(2)
})

const busy = { status: 503, reason: 'ServiceUnavailable', message: 'not now' }

/** Until the test has ended, of these kinds the server says that it is busy. */
function withBusy(...resources: string[]): void {
  const end = cluster.server.fault(({ resource }) =>
    resources.includes(resource) ? busy : undefined,
  )
  onTestFinished(end)
}

test('what is beside the workload and can not be read costs a note, and no draft', async () => {
  withBusy('services', 'horizontalpodautoscalers.autoscaling')
  const { code, stdout, stderr } = await cluster.run('generate deploy/podinfo --port 9898')
  expect(code).toBe(0)
  expect(parse(stdout)).toMatchObject({ spec: { provider: 'istio' } })
  expect(stderr).toContain(
    'note: list services failed: 503 ServiceUnavailable: not now: whether there is a Service "podinfo", which the controller would take over, can\'t be told\n',
  )
  expect(stderr).toContain(
    'note: list horizontalpodautoscalers failed: 503 ServiceUnavailable: not now: set spec.autoscalerRef where one scales the workload\n',
  )
})

test('an autoscaler that was asked for is not missing where it can not be read', async () => {
  withBusy('horizontalpodautoscalers.autoscaling')
  const line = 'generate deploy/podinfo --port 9898'
  const named = await cluster.run(`${line} --hpa=podinfo`)
  expect({ code: named.code, stdout: named.stdout }).toEqual({ code: 1, stdout: '' })
  expect(named.stderr).toContain('error: the autoscaler "podinfo" can\'t be read: list horizontal')
  const without = await cluster.run(`${line} --hpa=none`)
  expect(without.code).toBe(0)
  expect(without.stderr).not.toContain('horizontalpodautoscalers')
})

test('a kind that never answers costs the time that was given', async () => {
  const end = cluster.server.fault(({ resource }) =>
    resource === 'services' ? { delayMs: 600_000 } : undefined,
  )
  onTestFinished(end)
  const line = 'generate deploy/podinfo --port 9898 --request-timeout=8s'
  const { code, stdout, stderr } = await cluster.run(line)
  expect(code).toBe(0)
  expect(parse(stdout)).toMatchObject({ spec: { provider: 'istio' } })
  expect(stderr).toContain('note: list services failed: no answer within 8 s')
})

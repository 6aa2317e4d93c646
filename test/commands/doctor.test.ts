/** `doctor` and `explain`: real command lines. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { ago, workloads } from './support/objects.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let cluster: TestCluster
const spec = { provider: 'kubernetes' }
const analysis = { metrics: [], webhooks: [], stepWeight: 0, maxWeight: 0, iterations: 2 }
const gate = { type: 'confirm-promotion', name: 'approval', since: ago(60) } as const

beforeAll(async () => {
  cluster = await startCluster()
  const controller = 'canary-controller/v0.1.0'
  for (const name of ['podinfo', 'cart']) {
    const images = { image: `${name}:2`, promoted: `${name}:1` }
    cluster.put(...workloads({ name, ...images, replicas: 1 }))
  }
  cluster.put(
    canaryObject({
      ...{ name: 'podinfo', spec, analysis },
      status: { phase: 'Succeeded', controller, lastTransitionTime: ago(60) },
    }),
    canaryObject({
      ...{ name: 'cart', spec, analysis },
      status: {
        ...{ phase: 'WaitingPromotion', controller, lastTransitionTime: ago(5) },
        canaryAnalysis: { runId: 1, weight: 0, gate },
      },
    }),
  )
})
afterAll(() => cluster.close())

test('without a name it tells of those that do not move, and of no others', async () => {
  const { code, stdout, stderr } = await cluster.run('doctor')
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
  expect(stdout).toContain('test/cart   WaitingPromotion')
  expect(stdout).toContain('✖ CAN101  it waits for the gate "approval" (confirm-promotion)')
  expect(stdout).toContain('    do      kubectl canary promote cart\n')
  expect(stdout).toMatch(/✔ nothing wrong with 1 canary\n$/)
})

test('where nothing is wrong it says so', async () => {
  const { code, stdout } = await cluster.run('doctor podinfo')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^test\/podinfo {3}Succeeded\n\n✔ \d+ checks passed\n$/)
})

test('a diagnosis is a document', async () => {
  const { stdout } = await cluster.run('why cart -o json')
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'CanaryDiagnosis',
    findings: [{ code: 'CAN101', severity: 'error' }],
  })
})

test('explain tells the rule, since when, and what moves it', async () => {
  const { code, stdout } = await cluster.run('explain cart')
  expect(code).toBe(0)
  expect(stdout).toMatch(/Rule +confirmPromotion .*\n.*Why .*\n +Since +\d+s ago/)
  expect(stdout).toContain('kubectl canary promote cart')
})

test('the mesh that is not there is named', async () => {
  cluster.put(canaryObject({ name: 'edge', spec: { provider: 'contour' }, analysis }))
  const { stdout } = await cluster.run('doctor edge')
  expect(stdout).toContain('no HTTPProxy (projectcontour.io/v1)')
})

test.each(['doctor', 'explain', 'diff', 'undo --yes', 'status', 'wait --timeout=1s'])(
  '%s of a target without a name is no defect',
  async (line) => {
    const targetRef = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: '' } as const
    if (!cluster.canary('nameless'))
      cluster.put(canaryObject({ name: 'nameless', spec: { ...spec, targetRef }, analysis }))
    const { code, stderr } = await cluster.run(`${line} nameless`)
    expect(code).not.toBe(70)
    expect(stderr).not.toContain('internal error')
  },
)

test('the samples of a judged canary are dated, and the delay for them is named', async () => {
  const queries: string[] = []
  const server = createServer((request, response) => {
    queries.push(new URL(request.url ?? '', 'http://prom').searchParams.get('query') ?? '')
    const result = Object.entries({ age: '41', samples: '20' }).map(([n, value]) => ({
      ...{ metric: { n }, value: [1, value] },
    }))
    response.end(JSON.stringify({ status: 'success', data: { result } }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const at = server.address()
  const url = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`
  const judged = { ...analysis, judge: {}, metrics: [{ name: 'request-success-rate' }] }
  cluster.put(...workloads({ name: 'shop', image: 'shop:1', promoted: 'shop:1', replicas: 1 }))
  cluster.put(
    canaryObject({
      ...{ name: 'shop', spec, analysis: judged },
      status: {
        ...{ phase: 'Succeeded', controller: 'canary-controller/v0.1.0' },
        lastTransitionTime: ago(60),
      },
    }),
  )

  const { stdout } = await cluster.run(`doctor shop --prometheus=${url}`)
  expect(stdout).toContain('⚠ CAN112  samples of request-success-rate come late')
  expect(stdout).toContain('    do      set spec.analysis.judge.delay to 50s\n')
  expect(queries).toEqual([expect.stringContaining('timestamp(')])

  const without = await cluster.run('doctor shop')
  expect(without.stdout).not.toContain('CAN112')
  expect(queries).toHaveLength(1)
})

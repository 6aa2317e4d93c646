/** `rehearse`: the controller itself plays a Canary; what it prints, and how it ends. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { stringify } from 'yaml'
import type { KubeObject } from '../../src/objects.ts'
import { canaryObject } from '../support/canary-object.ts'
import { startCluster, type TestCluster } from './support/cluster.ts'
import { workloads } from './support/objects.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const analysis = { stepWeight: 20, maxWeight: 40, threshold: 2, webhooks: [] }
const [target] = workloads({ name: 'podinfo', image: 'a:1', promoted: 'a:1', replicas: 1 })
const offline = { KUBECONFIG: '/nonexistent' }
let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster()
  cluster.put(canaryObject({ analysis }))
  if (target) cluster.put(target)
})
afterAll(() => cluster.close())

function files(...objects: unknown[]) {
  return { stdin: objects.map((one) => stringify(one)).join('---\n'), env: offline }
}

test('a good version is promoted, and a bad one found, by manifests alone', async () => {
  const given = files(canaryObject({ analysis }), target)
  const good = await cluster.run('rehearse -f -', given)
  expect(good).toMatchObject({ code: 0, stderr: '' })
  expect(good.stdout).toMatch(
    /^TIME +PHASE +CANARY +CHECKS +WHAT HAPPENS\n0s +Progressing +0% +0\/2/,
  )
  expect(good.stdout).toContain('Advance podinfo.test canary weight 40\n')
  expect(good.stdout).toMatch(/\npromoted after \S+; users sent \d+ requests to the canary, and /)
  const bad = await cluster.run('rehearse -f - --error-rate=30', given)
  expect(bad.code).toBe(3)
  expect(bad.stdout).toMatch(/Halt podinfo.test advancement success rate [\d.]+% < 99%\n/)
  expect(bad.stdout).toMatch(
    /\nrolled back after \S+; users sent \d+ requests to the canary, and [1-9]\d* of them failed, until it was found \S+ after the first of them\n$/,
  )
})

test.each([
  ['that is named', ['app.example.com']],
  ['of the Service', []],
])(
  'users come in by the gateway where the routes are for no caller within, at a host %s',
  async (_, hosts) => {
    const service = { port: 9898, hosts, gateways: ['istio-system/public'] }
    const given = files(canaryObject({ analysis, spec: { service } }), target)
    const { code, stdout } = await cluster.run('rehearse -f -', given)
    expect(code).toBe(0)
    expect(stdout).toMatch(/users sent [1-9]\d* requests to the canary/)
  },
)

test('a canary that lacks what leads to it says so, and no run is waited for', async () => {
  const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'shop' } as const
  const behind = canaryObject({ analysis, spec: { provider: 'nginx', ingressRef } })
  const { code, stdout, stderr } = await cluster.run('rehearse -f -', files(behind, target))
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(
    /^error: the canary is not set up, and no run begins: ingress shop\S* get query error/,
  )
})

test('a Canary of the cluster is played with its target, and stays as it is', async () => {
  const before = cluster.canary('podinfo')
  const { code, stdout } = await cluster.run('rehearse podinfo -o json --latency=2s')
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'CanaryRehearsal',
    metadata: { name: 'podinfo', namespace: 'test' },
    assumed: [],
    result: 'rolled back',
  })
  expect(cluster.canary('podinfo')).toEqual(before)
})

test('a query of its own is put to what the play counts; of others it is told', async () => {
  const template = (name: string, query: string): unknown => ({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'MetricTemplate',
    metadata: { name, namespace: 'test' },
    spec: { provider: { type: 'prometheus', address: 'http://prom:9090' }, query },
  })
  const errors =
    '100 * sum(rate(istio_requests_total{destination_workload="{{ target }}",response_code=~"5.*"}[{{ interval }}])) / sum(rate(istio_requests_total{destination_workload="{{ target }}"}[{{ interval }}]))'
  const metrics = [
    { name: 'errors', templateRef: { name: 'errors' }, thresholdRange: { max: 5 } },
    { name: 'orders', templateRef: { name: 'orders' }, thresholdRange: { min: 7 } },
  ]
  const canary = canaryObject({ analysis: { ...analysis, metrics } })
  const given = files(
    ...[canary, target, template('errors', errors), template('orders', 'sum(orders_total)')],
  )
  const { code, stdout, stderr } = await cluster.run('rehearse -f - --error-rate=40', given)
  expect(code).toBe(3)
  expect(stdout).toMatch(/Halt podinfo.test advancement errors [\d.]+ > 5\n/)
  const good = await cluster.run('rehearse -f -', given)
  expect(good.code).toBe(0)
  expect(good.stderr).toBe(
    'note: taken for well, as nothing of them is counted here: the metrics orders\n',
  )
  expect(stderr).not.toContain('errors,')
})

test.each([
  [
    'nginx',
    { ingressRef: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'podinfo' } },
  ],
  ['gatewayapi:v1', { service: { port: 80, gatewayRefs: [{ name: 'gw', namespace: 'infra' }] } }],
  ['linkerd', {}],
])('a bad version behind %s is found', async (provider, spec) => {
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'podinfo', namespace: 'test' },
    spec: {
      rules: [
        {
          http: {
            paths: [
              {
                ...{ path: '/', pathType: 'Prefix' },
                backend: { service: { name: 'podinfo', port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  }
  const canary = canaryObject({ analysis, spec: { provider, service: { port: 80 }, ...spec } })
  const given = files(canary, target, ingress)
  const bad = await cluster.run('rehearse -f - --error-rate=30', given)
  expect(bad).toMatchObject({ code: 3, stderr: '' })
  expect(bad.stdout).toMatch(/success rate [\d.]+% < 99%/)
})

test('gates are taken to be open, and a load test gives an unused service its requests', async () => {
  const webhooks = [
    { name: 'start', type: 'confirm-rollout', url: '' },
    { name: 'load', type: 'rollout', url: 'http://tester.test/' },
    { name: 'emergency', type: 'rollback', url: 'http://ops.test/' },
    { name: 'promotion', type: 'confirm-promotion', url: 'http://gate.test/' },
  ]
  const given = files(canaryObject({ analysis: { ...analysis, webhooks } }), target)
  const { code, stdout } = await cluster.run('rehearse -f - --requests=0', given)
  expect(code).toBe(0)
  expect(stdout).toContain('; users sent 0 requests to the canary, and 0 of them failed\n')
})

test('what is missing is played by a stand-in, and told', async () => {
  const { code, stderr } = await cluster.run('rehearse -f -', files(canaryObject({ analysis })))
  expect(code).toBe(0)
  expect(stderr).toBe('note: deployment/podinfo is not there: a stand-in is played\n')
})

test('many runs are told as odds, and equal seeds play equal runs', async () => {
  const given = files(canaryObject({ analysis }), target)
  const line = 'rehearse -f - --error-rate=0.1,30 --runs=2'
  const { code, stdout } = await cluster.run(line, given)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ERRORS .*\n0\.1% +100\.0% +0\.0% .*\n30% +0\.0% +100\.0% /)
  expect((await cluster.run(line, given)).stdout).toBe(stdout)
})

const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'podinfo' }

test.each([
  ['rehearse -f - --runs=2 --plot=x.svg', canaryObject({}), 2, 'leave out --runs or --plot'],
  ['rehearse -f -', canaryObject({ spec: { targetRef: knative } }), 1, 'see simulate'],
  ['rehearse -f - --primary-latency=x', canaryObject({}), 2, 'it must be a duration'],
  ['rehearse -f -', { kind: 'Service' }, 2, 'no Canary found'],
])('%s of %j ends with %i', async (line, object: KubeObject | object, wanted, text) => {
  const { code, stdout, stderr } = await cluster.run(line, files(object))
  expect({ code, stdout }).toEqual({ code: wanted, stdout: '' })
  expect(stderr).toContain(text)
})

test('a Deployment that the API server would not take is refused with its words', async () => {
  const broken = { ...target, spec: { template: { spec: { containers: [{ name: 'a' }] } } } }
  const given = files(canaryObject({ analysis }), broken)
  const { code, stderr } = await cluster.run('rehearse -f -', given)
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: .*spec\.selector/)
})

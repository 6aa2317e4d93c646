/** Metric templates that make no sense, and those that hold what nobody may read. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import type { EmbeddedCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { startLenientCluster, traces } from './support/lenient.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startLenientCluster()
})
afterAll(() => cluster.close())

test.each([
  [
    'a template that is broken',
    { query: 'sum(' + '{{ .nothing' + ')' },
    /^Warning Halt .* Metric template .*: template: /m,
  ],
  [
    'a provider that is a word',
    { provider: 'prometheus' },
    /^Warning Halt .* Metric template errors\.measured: spec\.provider is "prometheus"; set it to an object$/m,
  ],
  [
    'a secret whose name is a number',
    { provider: { type: 'prometheus', secretRef: { name: 5 } } },
    /^Warning Halt .* Metric template errors\.measured: .*secretRef\.name is 5; set it to a text in quotes$/m,
  ],
  [
    'a provider that nobody knows',
    { provider: { type: 'oracle' } },
    /^Warning Halt .* Metric template .* provider oracle error/m,
  ],
  [
    'a provider that is down',
    { provider: { type: 'prometheus', address: 'http://127.0.0.1:9' } },
    /Warning .*connection refused/,
  ],
  [
    'a provider that answers nonsense',
    {},
    /Warning Metric query failed for errors: error response: Status 500 Internal Server Error$/m,
  ],
])('%s is said with its cause, and the run is rolled back', async (_, spec, sentence) => {
  const namespace = 'measured'
  const outside = await givenOutside()
  outside.world.metrics = { fine: 100, '.*': 'error' }
  const home = { apiVersion: 'v1', kind: 'Namespace', name: namespace }
  onTestFinished(() => void cluster.store.delete(home))
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { analysis: { metrics: [{ name: 'errors', templateRef: { name: 'errors' } }] } },
  })
  const provider = { type: 'prometheus', address: outside.url }
  const given = { provider, query: 'errors', ...spec }
  cluster.store.create(metricTemplate(namespace, given))
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`],
  })

  await rollout.hears(/Initialization done/)
  rollout.setImage('podinfo:6.0.1')

  await rollout.hears(sentence)
  await rollout.reaches({ phase: 'Failed' })
  expect(controller.output()).not.toMatch(traces)
})

test('no secret gets into the log or into an event', async () => {
  const namespace = 'secretive'
  const outside = await givenOutside()
  outside.world.metrics = { '.*': 'error' }
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { analysis: { metrics: [{ name: 'errors', templateRef: { name: 'errors' } }] } },
  })
  const provider = {
    type: 'prometheus',
    address: outside.url.replace('//', '//ada:pass-in-address@'),
    secretRef: { name: 'login' },
  }
  cluster.store.create(metricTemplate(namespace, { provider, query: 'errors' }))
  const data = { username: 'ada', password: 'pass-in-secret' }
  const encoded = Object.entries(data).map(([key, text]) => [key, btoa(text)])
  const login = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'login' } }
  cluster.store.create({ ...login, data: Object.fromEntries(encoded) } as KubeObject)
  const controller = await startController({
    kubeconfig: cluster.kubeconfigFor('token-in-kubeconfig'),
    flags: [
      `-namespace=${namespace}`,
      '-slack-token=token-of-slack',
      '-slack-url=http://127.0.0.1:9/hook-in-url',
    ],
  })

  await rollout.hears(/Initialization done/)
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Failed' })
  await controller.end()

  const told = [controller.output(), ...rollout.events()].join('\n')
  expect(outside.requests.length).toBeGreaterThan(0)
  for (const secret of [
    'pass-in-secret',
    'pass-in-address',
    'token-in-kubeconfig',
    'token-of-slack',
    'hook-in-url',
    btoa('ada:pass-in-secret'),
  ])
    expect(told).not.toContain(secret)
})

function metricTemplate(namespace: string, spec: object): KubeObject {
  const metadata = { namespace, name: 'errors' }
  return { apiVersion: 'flagger.app/v1beta1', kind: 'MetricTemplate', metadata, spec } as KubeObject
}

/** What a Canary and its templates get wrong, told before there is traffic. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { runPlugin } from '../commands/support/cluster.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const range = { thresholdRange: { max: 500 } }

test('a metric that can never pass is named at first sight, and its run reaches no user', async () => {
  const namespace = 'hopeless'
  const outside = await givenOutside()
  const metrics = [
    { name: 'success', query: 'success', thresholdRange: { min: 99 } },
    { name: 'success-rate', ...range },
    { name: 'errors', query: 'sum(errors{ns="{{ .Namespace }}"})', ...range },
  ]
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { provider: 'istio', analysis: { interval: '200ms', metrics } },
  })
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
  })
  await rollout.reaches({ phase: 'Initialized' })

  await rollout.told(/^Warning canary /, [
    expect.stringContaining('metrics[1] success-rate is not a built-in metric'),
    expect.stringContaining('write {{ namespace }} in place of {{ .Namespace }}'),
  ])
  const args = `status podinfo -n ${namespace} --no-pods`
  const { stdout } = await runPlugin(args, cluster.kubeconfig, {})
  expect(stdout).toContain('metrics[1] success-rate is not a built-in metric')

  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Failed' })
  expect(rollout.canary()?.status?.history).toMatchObject([{ result: 'Failed', weight: 0 }])
  expect(rollout.events().join('\n')).not.toMatch(/canary weight/)
})

test('a template that is missing is told once the canary is initialized, until it is there', async () => {
  const namespace = 'soon'
  const outside = await givenOutside()
  const metrics = [{ name: 'errors', templateRef: { name: 'errors' }, ...range }]
  const rollout = givenRollout(cluster, { namespace, spec: { analysis: { metrics } } })
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
  })
  await rollout.hears(/create the MetricTemplate, or correct templateRef/)
  const faulty = () =>
    rollout.canary()?.status?.conditions?.find(({ type }) => type === 'Faulty')?.reason
  expect(faulty()).toBe('CannotPass')

  cluster.store.create(template(namespace, outside.url))

  await expect.poll(faulty, patience).toBeUndefined()
  await rollout.told(/create the MetricTemplate/, 1)
})

function template(namespace: string, address: string): KubeObject & { spec: object } {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'MetricTemplate',
    metadata: { name: 'errors', namespace },
    spec: { provider: { type: 'prometheus', address }, query: 'errors' },
  }
}

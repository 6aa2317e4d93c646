/** Runs in the copy with the made-up folders: the controller rolls out by a provider that no list names. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { startController } from './support/controller.ts'
import { givenRollout } from './support/rollout.ts'

let sandbox: Sandbox

beforeAll(async () => {
  const load = { namespace: 'test', service: 'podinfo', requestsPerSecond: 200 }
  sandbox = await startSandbox({ startupMs: 50, meshProvider: 'tideway', loads: [load] })
})
afterAll(() => sandbox.close())

interface Tide extends KubeObject {
  spec: { sides: { share: number }[] }
}

test('what is made up is rolled out, measured and promoted', async () => {
  const { store, kubeconfigPath, prometheusUrl } = sandbox
  const metrics = [{ name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '1m' }]
  const rollout = givenRollout({ store } as Parameters<typeof givenRollout>[0], {
    namespace: 'test',
    spec: {
      provider: 'tideway',
      analysis: { interval: '1s', threshold: 20, stepWeight: 20, maxWeight: 40, metrics },
    },
  })
  await startController({
    kubeconfig: kubeconfigPath,
    flags: [`-metrics-server=${prometheusUrl}`, '-namespace=test'],
  })
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Progressing', canaryWeight: 40 })

  const tides = store.list<Tide>({ apiVersion: 'tideway.example.com/v1', kind: 'Tide' }, {})
  expect(tides.map(({ spec }) => spec.sides.map(({ share }) => share))).toEqual([[60, 40]])
  await rollout.reaches({ phase: 'Succeeded' })
  const [check] = rollout.canary()?.status?.canaryAnalysis?.checks ?? []
  expect(check).toMatchObject({ name: 'request-success-rate', ok: true, value: 100 })
})

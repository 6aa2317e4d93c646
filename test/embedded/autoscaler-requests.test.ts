/** What an autoscaler costs: requests are counted, since how long they take is the machine's affair. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { askedWhileIdle, quiet } from './support/quiet.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const kind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }

/** Requests of ten idle canaries, and of one rollout, with an autoscaler each or without. */
async function counted(namespace: string, isScaled: boolean) {
  const { url } = await givenOutside()
  const analysis = { interval: '1s', iterations: 2, stepWeight: undefined, maxWeight: undefined }
  const ref = (name: string) => (isScaled ? { autoscalerRef: { ...kind, name } } : {})
  const rollouts = Array.from({ length: 10 }, (_, at) => {
    const name = `canary-${at}`
    const spec = { provider: 'kubernetes', analysis, ...ref(name) }
    const rollout = givenRollout(cluster, { namespace, name, spec })
    const aim = { apiVersion: 'apps/v1', kind: 'Deployment', name }
    const bounds = { scaleTargetRef: aim, minReplicas: 2, maxReplicas: 4 }
    const scaler = { ...kind, metadata: { namespace, name }, spec: bounds }
    if (isScaled) cluster.store.create(scaler as KubeObject)
    return rollout
  })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${url}`],
  })
  for (const rollout of rollouts) await rollout.reaches({ phase: 'Initialized' })
  const idle = await askedWhileIdle(cluster)
  const [first] = rollouts
  first?.setImage('podinfo:6.0.1')
  await first?.reaches({ phase: 'Succeeded' })
  await quiet(cluster)
  const rollout = cluster.server.requests.counts()
  await controller.end()
  return { idle, rollout }
}

test('canaries with an autoscaler cost nothing when idle, and two requests more in a rollout', {
  timeout: 400_000,
}, async () => {
  const without = await counted('unscaled', false)
  const scaled = await counted('scaled', true)
  expect(scaled.idle).toEqual({})
  const ofScalers = Object.entries(scaled.rollout).filter(([what]) => /autoscaler/.test(what))
  const sum = ofScalers.reduce((all, [, count]) => all + count, 0)
  expect(sum, JSON.stringify(scaled.rollout)).toBeLessThanOrEqual(2)
  // How often anything else is asked, and by which verb, follows from how long pods take and from
  // conflicts; that nothing else is asked about does not.
  const about = (asked: Record<string, number>) =>
    new Set(Object.keys(asked).map((what) => what.slice(what.indexOf(' ') + 1)))
  const others = [...about(scaled.rollout)].filter((what) => !/autoscaler/.test(what))
  expect([...about(without.rollout)]).toEqual(expect.arrayContaining(others))
})

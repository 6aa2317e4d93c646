/** What the status keeps of a run that failed, for those who ask on the next day. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster({ brokenImages: ['podinfo:broken'] })
})
afterAll(() => cluster.close())

async function given(namespace: string, spec: object = {}) {
  const outside = await givenOutside()
  const rollout = givenRollout(cluster, { namespace, spec })
  const flags = [`-namespace=${namespace}`, `-metrics-server=${outside.url}`]
  const controller = await startController({ kubeconfig: cluster.kubeconfig, flags })
  onTestFinished(() => void controller.end('SIGTERM'))
  await rollout.reaches({ phase: 'Initialized' })
  return { outside, rollout }
}

test('an image that nobody can pull is on record with the deadline that passed', async () => {
  const { rollout } = await given('unpulled', { progressDeadlineSeconds: 1 })
  const template = { progressDeadlineSeconds: 1 }
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'unpulled', name: 'podinfo' }
  cluster.store.patch(ref, { spec: template }, { type: 'merge' })

  rollout.setImage('podinfo:broken')

  await rollout.reaches({ phase: 'Failed' })
  const [record] = rollout.canary()?.status?.history ?? []
  expect(record).toMatchObject({
    result: 'Failed',
    deadlineSeconds: 1,
    pods: [{ reason: 'ImagePullBackOff', message: 'Back-off pulling image "podinfo:broken"' }],
  })
})

test('a metric server that answers with an error gets the blame, not the application', async () => {
  const { outside, rollout } = await given('unmeasured', { analysis: { threshold: 1 } })
  outside.world.metrics = { '.*': 'error' }

  rollout.setImage('podinfo:6.0.1')

  await rollout.reaches({ phase: 'Failed' })
  expect(rollout.canary()?.status?.history?.[0]?.checks).toMatchObject([
    { kind: 'metric', ok: false, failed: 1, error: expect.stringContaining('500') },
  ])
})

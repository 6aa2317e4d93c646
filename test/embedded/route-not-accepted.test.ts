/** A gateway that does not take a route over: nothing is measured until it does, and not for ever. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

/** podinfo at a gateway, and what that says of the route. */
async function given(namespace: string, spec: object = {}) {
  const outside = await givenOutside()
  const service = { gatewayRefs: [{ name: 'gw' }] }
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { provider: 'gatewayapi:v1', service, ...spec },
  })
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-metrics-server=${outside.url}`, `-namespace=${namespace}`],
  })
  await rollout.reaches({ phase: 'Initialized' })
  const ref = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' }
  const say = (status: string, more: object = {}) =>
    cluster.store.modify<KubeObject & { status?: object }>(
      { ...ref, namespace, name: 'podinfo' },
      (draft) => {
        // Of whatever generation the route has by then.
        const condition = { type: 'Accepted', status, observedGeneration: 1_000, ...more }
        draft.status = { parents: [{ parentRef: { name: 'gw' }, conditions: [condition] }] }
      },
    )
  return { rollout, outside, say }
}

const refused = { reason: 'NoMatchingListenerHostname', message: 'no listener fits' }
const told =
  /HTTPRoute podinfo\.\S+ parent gw is not ready \(Accepted status: False, .*no listener fits/

test('a run waits for its gateway, says why, and goes on once the route is accepted', async () => {
  const { rollout, outside, say } = await given('accepted-late')
  say('False', refused)
  rollout.setImage('podinfo:6.0.1')
  await rollout.hears(told)
  expect(outside.requests.filter(({ query }) => query === 'success')).toEqual([])
  say('True')
  await rollout.reaches({ phase: 'Succeeded' })
})

test('a route that is never accepted takes the run back after the deadline', async () => {
  const { rollout, say } = await given('accepted-never', { progressDeadlineSeconds: 2 })
  say('False', refused)
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Failed', canaryWeight: 0 })
  await rollout.hears(/the route was not in force after 2s: HTTPRoute podinfo/)
})

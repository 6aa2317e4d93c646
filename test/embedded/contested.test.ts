/** Somebody else writes the fields that the controller writes, again and again. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { KubeObject, ObjectRef } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

interface VirtualService extends KubeObject {
  spec: { http: [{ timeout?: string; route: [{ weight: number }, { weight: number }] }] }
}

const virtualService = (namespace: string): ObjectRef => {
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'VirtualService',
    namespace,
    name: 'podinfo',
  }
}

/** Sets a VirtualService back whenever it is otherwise; counts how often it had to. */
function fight(namespace: string, setBack: (found: VirtualService) => VirtualService | undefined) {
  let writes = 0
  const ref = virtualService(namespace)
  const timer = setInterval(() => {
    const found = cluster.store.get<VirtualService>(ref)
    const changed = found && setBack(structuredClone(found))
    if (!changed) return
    writes += 1
    cluster.store.update(changed, { fieldManager: 'mesh-defaults' })
  }, 5)
  onTestFinished(() => clearInterval(timer))
  return () => writes
}

async function givenCanary(namespace: string, service: object) {
  const outside = await givenOutside()
  const rollout = givenRollout(cluster, {
    namespace,
    spec: {
      provider: 'istio',
      service,
      analysis: { interval: '300ms', stepWeight: 20, maxWeight: 40 },
    },
  })
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
  })
  await rollout.reaches({ phase: 'Initialized' })
  return rollout
}

test('a timeout that somebody keeps is left to them, with one event, and the run goes on', async () => {
  const namespace = 'contested-timeout'
  const rollout = await givenCanary(namespace, { timeout: '10s' })
  const writes = fight(namespace, (found) => {
    const [rule] = found.spec.http
    if (rule.timeout === '5s') return undefined
    rule.timeout = '5s'
    return found
  })
  await rollout.hears(/spec\.http\[0\]\.timeout is contested: mesh-defaults sets it to "5s"/)
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Succeeded' })
  expect(writes()).toBeLessThan(8)
  expect(rollout.events().filter((text) => / is contested: /.test(text))).toHaveLength(1)
})

test('weights that somebody keeps are not yielded: the canary is held, and the event says so', async () => {
  const namespace = 'contested-weights'
  const rollout = await givenCanary(namespace, {})
  const writes = fight(namespace, (found) => {
    const [primary, canary] = found.spec.http[0].route
    if (primary.weight === 100) return undefined
    Object.assign(primary, { weight: 100 })
    Object.assign(canary, { weight: 0 })
    return found
  })
  rollout.setImage('podinfo:6.0.1')
  await rollout.hears(
    /weight is contested: mesh-defaults sets it to (0|100) .* the canary is held where it is/,
  )
  expect(rollout.canary()?.status).toMatchObject({ phase: 'Progressing' })
  expect(writes()).toBeLessThan(8)
})

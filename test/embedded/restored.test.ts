/** A cluster whose etcd is restored from a backup: the same address, older objects, lower versions. */
import { expect, onTestFinished, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, type Rollout } from './support/rollout.ts'

const namespace = 'restored'
const analysis = { interval: '200ms' }

test('a controller works on after etcd was restored from a backup, without a restart', {
  timeout: 300_000,
}, async () => {
  const outside = await givenOutside()
  const before = await startCluster()
  grow(before)
  const lost = given(before)
  const controller = await startController({
    kubeconfig: before.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
  })
  await lost.reaches({ phase: 'Initialized' })
  lost.setImage('podinfo:6.0.1')
  await lost.reaches({ phase: 'Progressing', canaryWeight: 20 })
  const seen = Number(before.store.version())
  await before.close()

  const after = await startCluster({ port: Number(new URL(before.server.url).port) })
  onTestFinished(() => after.close())
  const rollout = given(after)
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.2')
  await rollout.reaches({ phase: 'Succeeded' })

  expect(Number(after.store.version())).toBeLessThan(seen)
  expect(controller.output()).not.toContain('"defect"')
})

function given(cluster: EmbeddedCluster): Rollout {
  return givenRollout(cluster, { namespace, spec: { analysis } })
}

/** Years of writes: no version of the backup gets near to what was seen. */
function grow({ store }: EmbeddedCluster): void {
  const ref = { apiVersion: 'v1', kind: 'Node', name: 'node-1' }
  for (let write = 0; write < 5_000; write++)
    store.patch(ref, { metadata: { annotations: { write: `${write}` } } }, { type: 'merge' })
}

/** Providers that are uninstalled before the canaries that used them. */
import { expect, onTestFinished, test } from 'vitest'
import { startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

test('a deleted canary goes also when the kinds of its provider are gone', async () => {
  const cluster = await startCluster({ withoutKinds: ['VirtualService', 'DestinationRule'] })
  onTestFinished(() => cluster.close())
  const outside = await givenOutside()
  const namespace = 'uninstalled'
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { provider: 'istio', revertOnDeletion: true },
    metadata: { finalizers: ['finalizer.flagger.app'] },
  })
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
  })
  await rollout.hears(/the cluster has no (virtualservices|destinationrules)/)

  const canary = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' }
  cluster.store.delete(canary)

  await expect.poll(() => rollout.canary(), patience).toBeUndefined()
})

/** A canary that nothing can be decided for still answers those who ask something of it. */
import { expect, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { deployment, merged } from '../scenarios/scenario.ts'
import { startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenRollout } from './support/rollout.ts'

test('a canary whose mesh is not installed notes a pause, and answers all else with the reason', async () => {
  const cluster = await startCluster({ withoutKinds: ['VirtualService', 'DestinationRule'] })
  const namespace = 'no-mesh'
  const rollout = givenRollout(cluster, { namespace, spec: { provider: 'istio' } })
  const ask = (annotations: Record<string, string | null>) =>
    cluster.store.patch(
      { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' },
      { metadata: { annotations } },
      { type: 'merge' },
    )
  await startController({ kubeconfig: cluster.kubeconfig, flags: [`-namespace=${namespace}`] })
  await rollout.hears(/install the CRDs of its provider/)

  ask({ 'flagger.app/pause': '{"id":"p1"}' })
  const paused = { id: 'p1', result: 'accepted', message: 'paused' } as const
  await rollout.reaches({ requests: { pause: { ...paused, at: expect.any(String) } } })

  for (const verb of ['abort', 'promote', 'reset', 'restart', 'retry']) {
    ask({ [`flagger.app/${verb}`]: JSON.stringify({ id: verb, force: true }) })
    const result = 'rejected'
    const message = expect.stringContaining('install the CRDs of its provider')
    const answer = { id: verb, result, message, at: expect.any(String) } as const
    await rollout.reaches({ requests: { [verb]: answer } })
  }
  await vi.waitFor(() =>
    expect(Object.keys(rollout.canary()?.metadata.annotations ?? {})).toEqual([
      'flagger.app/pause',
    ]),
  )

  ask({ 'flagger.app/pause': null })
  const resumed = { id: 'p1', result: 'done', message: 'resumed' } as const
  await rollout.reaches({ requests: { pause: { ...resumed, at: expect.any(String) } } })
  await cluster.close()
})

test('a Deployment of another application with the name of the primary is left as it is', async () => {
  const cluster = await startCluster()
  const namespace = 'taken'
  const rollout = givenRollout(cluster, { namespace, spec: { provider: 'kubernetes' } })
  const labels = { app: 'reports' }
  cluster.store.create(
    merged(deployment, {
      metadata: { namespace, name: 'podinfo-primary', labels },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
    }),
  )
  const primary = () =>
    cluster.store.get<KubeObject & { spec: object }>({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
      ...{ namespace, name: 'podinfo-primary' },
    })
  const before = primary()?.spec
  await startController({ kubeconfig: cluster.kubeconfig, flags: [`-namespace=${namespace}`] })
  await rollout.hears(
    /^Warning canary podinfo.taken: deployment podinfo-primary has the name of its primary and selects its pods by app=reports/m,
  )
  expect(primary()?.spec).toEqual(before)
  expect(cluster.store.list({ apiVersion: 'v1', kind: 'Service' }, { namespace })).toEqual([])
  await cluster.close()
})

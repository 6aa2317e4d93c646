/** A canary that nothing can be decided for still answers those who ask something of it. */
import { expect, onTestFinished, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { permissiveCrds } from '../conformance/permissive-crds.ts'
import { deployment, merged } from '../scenarios/scenario.ts'
import { startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

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
  const left = () => Object.keys(rollout.canary()?.metadata.annotations ?? {})
  await vi.waitFor(() => expect(left()).toEqual(['flagger.app/pause']), patience)

  ask({ 'flagger.app/pause': null })
  const resumed = { id: 'p1', result: 'done', message: 'resumed' } as const
  await rollout.reaches({ requests: { pause: { ...resumed, at: expect.any(String) } } })
  await cluster.close()
})

test('a mesh that is not installed, or in another version, holds its canaries alone, until it is', {
  timeout: 600_000,
}, async () => {
  const missing = permissiveCrds.filter(({ spec }) =>
    ['VirtualService', 'DestinationRule', 'HTTPRoute'].includes(spec.names.kind),
  )
  const cluster = await startCluster({ withoutKinds: missing.map(({ spec }) => spec.names.kind) })
  onTestFinished(() => cluster.close())
  const { store } = cluster
  const ofIstio = missing.filter(({ spec }) => spec.group === 'networking.istio.io')
  const routes = missing.filter(({ spec }) => spec.names.kind === 'HTTPRoute')
  for (const { spec, ...crd } of routes) {
    const versions = spec.versions.slice(0, 1).map((one) => ({ ...one, name: 'v1alpha2' }))
    store.create({ ...crd, spec: { ...spec, versions } } as KubeObject)
  }
  const namespace = 'some-meshes'
  const outside = await givenOutside()
  const given = (name: string, spec: object) => givenRollout(cluster, { namespace, name, spec })
  const meshless = given('meshless', { provider: 'istio' })
  const newer = given('newer', {
    provider: 'gatewayapi:v1',
    service: { gatewayRefs: [{ name: 'public' }] },
  })
  const good = given('good', { provider: 'kubernetes' })
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
  })

  const remedy = 'install the CRDs of its provider, in a release that serves this version'
  const told = (resource: string) => new RegExp(`Warning the cluster has no ${resource}: ${remedy}`)
  await meshless.hears(
    told(String.raw`\w+\.networking\.istio\.io \(networking\.istio\.io/v1beta1\)`),
  )
  const gateways = String.raw`gateway\.networking\.k8s\.io`
  await newer.hears(told(String.raw`httproutes\.${gateways} \(${gateways}/v1\)`))
  await good.reaches({ phase: 'Initialized' })
  good.setImage('podinfo:6.0.1')
  await good.reaches({ phase: 'Succeeded' })
  for (const one of [meshless, newer]) expect(one.canary()?.status?.phase).not.toBe('Initialized')

  for (const one of routes) store.delete({ ...one, name: one.metadata.name })
  for (const one of [...ofIstio, ...routes]) store.create(one)
  for (const one of [meshless, newer]) await one.reaches({ phase: 'Initialized' })
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

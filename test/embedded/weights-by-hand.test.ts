/** Somebody sets the weights of a run by hand: every check that was asked for is made all the same. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubeObject, ObjectRef } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const ingressType = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }

interface VirtualService extends KubeObject {
  spec: { http: { route: { weight: number }[] }[] }
}

/** Writes as `kubectl edit` does. */
function edit<T extends KubeObject>(ref: ObjectRef, change: (object: T) => void): void {
  const found = cluster.store.get<T>(ref)
  if (!found) throw new Error(`no ${ref.kind} ${ref.name}`)
  const object = structuredClone(found)
  change(object)
  cluster.store.update(object, { fieldManager: 'kubectl-edit' })
}

const byHand: Record<string, (namespace: string, weight: number) => void> = {
  istio(namespace, weight) {
    const type = { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService' }
    edit<VirtualService>({ ...type, namespace, name: 'podinfo' }, ({ spec }) => {
      const [primary, canary] = spec.http[0]?.route ?? []
      if (!primary || !canary) throw new Error('no route')
      primary.weight = 100 - weight
      canary.weight = weight
    })
  },
  nginx(namespace, weight) {
    edit({ ...ingressType, namespace, name: 'podinfo-canary' }, ({ metadata }) => {
      const key = 'nginx.ingress.kubernetes.io/canary-weight'
      metadata.annotations = { ...metadata.annotations, [key]: String(weight) }
    })
  },
}

test.each([
  ['istio', 'to the last weight', 40],
  ['istio', 'by one step', 20],
  ['nginx', 'to the last weight', 40],
  ['nginx', 'by one step', 20],
])('%s: a weight raised %s in a run takes no check from it', async (provider, how, weight) => {
  const namespace = `by-hand-${provider}-${how.split(' ').at(-1)}`
  const outside = await givenOutside()
  cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const service = { name: 'podinfo', port: { number: 9898 } }
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service } }]
  const metadata = { name: 'podinfo', namespace }
  const ingress = { ...ingressType, metadata, spec: { rules: [{ http: { paths } }] } }
  cluster.store.create(ingress as KubeObject)
  const metrics = [
    { name: 'success', interval: '1m', query: 'success', thresholdRange: { min: 1 } },
  ]
  const rollout = givenRollout(cluster, {
    namespace,
    spec: {
      provider,
      ...(provider === 'nginx' && { ingressRef: { ...ingressType, name: 'podinfo' } }),
      analysis: { interval: '1s', stepWeight: 10, maxWeight: 40, metrics },
    },
  })
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
  })
  await rollout.reaches({ phase: 'Initialized' })
  const asked = () => outside.requests.filter(({ query }) => query === 'success').length
  const before = asked()
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ canaryWeight: 10 })
  byHand[provider]?.(namespace, weight)
  await rollout.reaches({ phase: 'Succeeded' })
  await expect
    .poll(() => rollout.events().join('\n'), patience)
    .toContain(
      `had weight ${weight}, to which no check led: kubectl-edit set it; the run goes on from 10`,
    )
  expect(asked() - before).toBe(4)
})

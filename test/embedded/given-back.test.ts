/** Objects of the user in the place of generated ones: after the Canary they are what they were. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type KubeObject, refOf } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const ingressTo = (name: string) => {
  const service = { name, port: { number: 9898 } }
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service } }]
  return { rules: [{ host: 'shop.example.com', http: { paths } }, { http: { paths } }] }
}
const services = [
  {
    of: ['v1', 'Service', 'podinfo'],
    spec: {
      selector: { app: 'podinfo', tier: 'web' },
      ports: [{ port: 9898, protocol: 'TCP', targetPort: 9898 }],
    },
  },
  {
    of: ['v1', 'Service', 'podinfo-canary'],
    spec: { selector: { app: 'x' }, ports: [{ port: 1, protocol: 'TCP', targetPort: 1 }] },
  },
] as const
const ingresses = [
  { of: ['networking.k8s.io/v1', 'Ingress', 'podinfo'], spec: ingressTo('podinfo') },
  // With other routes it is held, and never taken over.
  { of: ['networking.k8s.io/v1', 'Ingress', 'podinfo-canary'], spec: ingressTo('podinfo-canary') },
] as const
const istio = 'networking.istio.io/v1beta1'
const mesh = [
  {
    of: [istio, 'VirtualService', 'podinfo'],
    spec: {
      hosts: ['shop'],
      exportTo: ['.'],
      http: [{ match: [{ uri: { prefix: '/x' } }], route: [{ destination: { host: 'x' } }] }],
    },
  },
  {
    of: [istio, 'DestinationRule', 'podinfo-primary'],
    spec: { host: 'x', subsets: [{ name: 'v1' }] },
  },
] as const

test.each([
  ['istio', [...services, ...mesh]],
  ['nginx', [...services, ...ingresses]],
  ['skipper', [...services, ...ingresses]],
])('of provider %s, applied by kubectl or not', async (provider, objects) => {
  const outside = await givenOutside()
  const rollouts = [true, false].map((isApplied) => {
    const namespace = `given-back-${provider}-${isApplied ? 'applied' : 'created'}`
    cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    const before = objects.map(({ of: [apiVersion, kind, name], spec }) =>
      cluster.store.create(userObject({ apiVersion, kind, name, namespace, spec, isApplied })),
    )
    const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'podinfo' }
    const rollout = givenRollout(cluster, {
      namespace,
      spec: {
        provider,
        revertOnDeletion: true,
        ...(provider !== 'istio' && { ingressRef }),
        service: { port: 9898, apex: { labels: { team: 'shop' } } },
        analysis: { interval: '200ms' },
      },
    })
    return { namespace, before, rollout }
  })
  for (const { namespace } of rollouts)
    await startController({
      kubeconfig: cluster.kubeconfig,
      flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
    })

  for (const { rollout, before } of rollouts) {
    await rollout.reaches({ phase: 'Initialized' })
    rollout.setImage('podinfo:6.0.1')
    await rollout.reaches({ phase: 'Succeeded' })
    const canary = rollout.canary()
    if (canary) cluster.store.delete(refOf(canary))
    const gone = () => expect(rollout.canary()).toBeUndefined()
    await vi.waitFor(gone, patience)
    for (const object of before) {
      const after = cluster.store.get(refOf(object))
      expect(after && asGiven(after)).toEqual(asGiven(object))
    }
  }
})

function userObject(of: {
  apiVersion: string
  kind: string
  name: string
  namespace: string
  spec: object
  isApplied: boolean
}): KubeObject {
  const { apiVersion, kind, name, namespace, spec, isApplied } = of
  const manifest = JSON.stringify({ apiVersion, kind, metadata: { name }, spec })
  const key = 'kubectl.kubernetes.io/last-applied-configuration'
  const annotations = { own: 'x', ...(isApplied && { [key]: manifest }) }
  const metadata = { name, namespace, labels: { mine: 'yes' }, annotations }
  return { apiVersion, kind, metadata, spec } as KubeObject
}

/** Without what the server writes. */
function asGiven({ metadata, ...rest }: KubeObject): object {
  const { name, labels, annotations, ownerReferences } = metadata
  return { ...rest, metadata: { name, labels, annotations, ownerReferences } }
}

/** Every Canary that users find in the documents they follow comes up, and begins its runs. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { manifests } from '../manifests/seeds.ts'
import { deployment, merged } from '../scenarios/scenario.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

/** Some forty canaries at once: seconds, but not on a machine with a load of forty. */
const patience = { timeout: 100_000, interval: 250 }
const timeout = 3 * patience.timeout
const flagger = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }

interface Found {
  file: string
  namespace: string
  name: string
  target: string
}

/** Some ask an approver first, who is not there. */
const begun = /New revision detected|advancement waiting for approval/

/** Each in a namespace of its own, with its target, and the Ingress and autoscaler that it names. */
function givenSeeds(): Found[] {
  const canaries = manifests.filter(({ object }) => object.kind === 'Canary')
  return canaries.map(({ file, object }, index) => {
    const namespace = `seed-${index}`
    const { name } = object.metadata
    const { spec } = object as CanaryResource
    const target = spec.targetRef.name
    const labels = { app: target }
    const { store } = cluster
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    store.create(
      merged(deployment, {
        metadata: { namespace, name: target, labels },
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
      }),
    )
    if (spec.ingressRef) store.create(ingress(namespace, spec.ingressRef.name, target))
    if (spec.autoscalerRef) store.create(autoscaler(namespace, spec.autoscalerRef.name, target))
    store.create({ ...object, metadata: { ...object.metadata, namespace } })
    return { file, namespace, name, target }
  })
}

test('each is initialized and takes a new version on', {
  timeout,
}, async () => {
  const seeds = givenSeeds()
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: ['-metrics-server=http://127.0.0.1:9', '-minimum-analysis-interval=10ms'],
  })
  const phaseOf = ({ namespace, name }: Found) =>
    cluster.store.get<CanaryResource>({ ...flagger, namespace, name })?.status?.phase
  const phases = (of: Found[]) => of.map((seed) => `${seed.file}: ${phaseOf(seed)}`)
  const all = (of: Found[], phase: string) => of.map(({ file }) => `${file}: ${phase}`)

  expect(seeds.length).toBeGreaterThan(35)
  await vi.waitFor(() => expect(phases(seeds)).toEqual(all(seeds, 'Initialized')), patience)
  for (const { namespace, target } of seeds) release(namespace, target)
  await vi.waitFor(() => {
    for (const seed of seeds) expect(eventsIn(seed.namespace)).toMatch(begun)
  }, patience)
  expect(controller.output()).not.toContain('"defect"')
})

function autoscaler(namespace: string, name: string, target: string) {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { namespace, name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
      minReplicas: 2,
      maxReplicas: 4,
    },
  }
}

function release(namespace: string, name: string): void {
  const containers = [{ name: 'podinfod', image: 'podinfo:6.0.1' }]
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }
  cluster.store.patch(
    target,
    { spec: { template: { spec: { containers } } } },
    { type: 'strategic' },
  )
}

function eventsIn(namespace: string): string {
  const events = cluster.store.list({ apiVersion: 'v1', kind: 'Event' }, { namespace })
  return events.map((event) => ('message' in event ? String(event.message) : '')).join('\n')
}

function ingress(namespace: string, name: string, service: string) {
  const backend = { service: { name: service, port: { number: 80 } } }
  const paths = [{ path: '/', pathType: 'Prefix', backend }]
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace, name },
    spec: { rules: [{ host: 'app.example.com', http: { paths } }] },
  }
}

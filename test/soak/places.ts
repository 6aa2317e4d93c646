/** A target and its Canary in a namespace of their own, for clusters without a network. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { type KubeObject, type ObjectRef, refOf } from '../../src/objects.ts'
import type { Store } from '../../src/sandbox/api/store.ts'
import { deployment, merged } from '../scenarios/scenario.ts'

export interface Place {
  target: ObjectRef
  canaryRef: ObjectRef
  canary(): CanaryResource | undefined
  setImage(image: string): void
  /** Sets annotations of the Canary; null takes one away. */
  annotate(annotations: object): void
  remove(): void
}

const metrics = [{ name: 'success', query: 'success', thresholdRange: { min: 99 } }]
const analysis = { interval: '1s', threshold: 5, stepWeight: 25, maxWeight: 50, metrics }

/** Makes the namespace where it is missing; `of` is merged into the analysis. */
export function place(
  store: Store,
  { namespace, name = 'app' }: { namespace: string; name?: string },
  of: object = {},
): Place {
  if (!store.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace }))
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const labels = { app: name }
  const target = merged(deployment, {
    metadata: { namespace, name, labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } },
  })
  const canary: KubeObject & { spec: object } = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { namespace, name },
    spec: {
      provider: 'istio',
      targetRef: { apiVersion: target.apiVersion, kind: target.kind, name },
      service: { port: 9898 },
      analysis: merged(analysis, of),
    },
  }
  store.create(target)
  store.create(canary)
  const [ref, canaryRef] = [refOf(target), refOf(canary)]
  return {
    target: ref,
    canaryRef,
    canary: () => store.get<CanaryResource>(canaryRef),
    setImage(image) {
      const containers = [{ name: 'podinfod', image }]
      store.patch(ref, { spec: { template: { spec: { containers } } } }, { type: 'strategic' })
    },
    annotate: (annotations) =>
      void store.patch(canaryRef, { metadata: { annotations } }, { type: 'merge' }),
    remove() {
      store.delete(canaryRef)
      store.delete(ref)
    },
  }
}

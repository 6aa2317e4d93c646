/** Deployments with a Canary each, and waiting for what becomes of them. */
import type { CanaryResource, Phase } from '../../src/canary/api.gen.ts'
import type { KubeObject, ObjectRef } from '../../src/objects.ts'
import type { Store } from '../../src/sandbox/api/store.ts'

export const namespace = 'bench'

export function canaryRef(name: string): ObjectRef {
  return { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name }
}

/** `app-1`, `app-2`, ... */
export function names(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, at) => `app-${first + at}`)
}

interface Deployment extends KubeObject {
  spec: {
    replicas: number
    selector: object
    template: {
      metadata: object
      spec: { containers: { name: string; image: string; ports: object[] }[] }
    }
  }
}

/** A Deployment of one pod. */
export function deployment(name: string, image = 'app:1'): Deployment {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image, ports: [{ containerPort: 8080 }] }] },
      },
    },
  }
}

/** What `spec.autoscalerRef` of its Canary says. */
export function autoscalerRef(name: string) {
  return { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name }
}

/** The HorizontalPodAutoscaler of that Deployment, of one to four pods. */
export function autoscalerOf(name: string): KubeObject & { spec: object } {
  const { apiVersion, kind } = autoscalerRef(name)
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name }
  const spec = { scaleTargetRef, minReplicas: 1, maxReplicas: 4 }
  return { apiVersion, kind, metadata: { name, namespace }, spec }
}

/** The Canary of that Deployment; `spec` has its analysis, and more where there is more. */
export function canaryOf(
  name: string,
  spec: { analysis: object; provider?: string; autoscalerRef?: object },
): KubeObject & { spec: object } {
  return {
    ...canaryRef(name),
    metadata: { name, namespace },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      service: { port: 80, targetPort: 8080 },
      ...spec,
    },
  }
}

/** Both of them; `analysis` replaces fields of the analysis. */
export function deploy(store: Store, name: string, analysis: object = {}): void {
  const usual = { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 }
  store.create(deployment(name))
  store.create(canaryOf(name, { analysis: { ...usual, ...analysis } }))
}

/** Rolls out another image. */
export function release(store: Store, name: string, image: string): void {
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }
  store.modify<Deployment>(ref, ({ spec }) => {
    for (const container of spec.template.spec.containers) container.image = image
  })
}

/** Resolves once all of them are in this phase; rejects after `withinMs`. */
export function allReach(
  store: Store,
  wanted: readonly string[],
  phase: Phase,
  withinMs = 180_000,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const phaseOf = (canary: KubeObject | undefined) =>
    (canary as CanaryResource | undefined)?.status?.phase
  // Kept up to date by the events: asking for all of them at each event takes longer than the rest.
  const missing = new Set(wanted.filter((name) => phaseOf(store.get(canaryRef(name))) !== phase))
  const late = setTimeout(() => {
    const some = [...missing].slice(0, 5).join(', ')
    end(() => reject(new Error(`${missing.size} not ${phase} after ${withinMs} ms: ${some}`)))
  }, withinMs)
  const awaited = new Set(wanted)
  const stopWatching = store.watch(({ object }) => {
    const { name } = object.metadata
    if (object.kind !== 'Canary' || !awaited.has(name)) return
    if (phaseOf(object) === phase) missing.delete(name)
    else missing.add(name)
    if (missing.size === 0) end(resolve)
  })
  if (missing.size === 0) end(resolve)
  return promise

  function end(settle: () => void): void {
    clearTimeout(late)
    stopWatching()
    settle()
  }
}

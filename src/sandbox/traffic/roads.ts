/** Which road the requests to a Service take: that of the provider of its canary. */
import type { CanaryResource } from '../../canary/api.gen.ts'
import { type Canary, parseCanary } from '../../canary/canary.ts'
import { defaultProvider } from '../../canary/providers.gen.ts'
import type { KubeObject } from '../../objects.ts'
import { usualSettings } from '../../routers/router.ts'
import { ApiError } from '../api/api-error.ts'
import type { Store } from '../api/store.ts'
import { planes } from '../planes.gen.ts'
import type { Called, Measurement, Objects, Plane, Road, Served } from './plane.ts'
import { podHttp } from './pod-http.ts'

export interface RoadSettings {
  /** Provider of canaries that name none. */
  meshProvider: string
  ingressAnnotationsPrefix?: string
}

export interface RoadTo {
  road: Road
  /** Each gives what it measures of a request that was served. */
  observers: ((served: Served) => Measurement[])[]
  /** Headers by which a request meets the conditions of the canary's A/B test. */
  tester: Readonly<Record<string, string>>
}

/** The road to a Service at this moment; without a provider in between, straight to it. */
export function roadTo(store: Store, called: Called, settings: RoadSettings): RoadTo {
  const canary = canaryOf(store, called, settings)
  const provider = canary?.provider ?? settings.meshProvider
  const plane = planeFor(provider)
  const { ingressAnnotationsPrefix = usualSettings.ingressAnnotationsPrefix } = settings
  const found = plane.road(called, objectsIn(store), { ingressAnnotationsPrefix })
  const isSeen = found !== undefined || !plane.isIngress
  return {
    road: found ?? (() => ({ service: called.service })),
    observers: isSeen ? [podHttp, plane.counts] : [podHttp],
    tester: canary ? plane.tester(canary.analysis.match) : {},
  }
}

/** As for routers, an unknown provider means Istio. */
function planeFor(provider: string): Plane {
  const found = [provider, defaultProvider]
    .map((name) => planes.find(({ serves }) => serves(name))?.plane)
    .find((plane) => plane !== undefined)
  if (!found) throw new Error(`provider ${defaultProvider} has no plane in src/routers`)
  return found
}

function canaryOf(store: Store, called: Called, settings: RoadSettings): Canary | undefined {
  const { namespace, service } = called
  const kind = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }
  const defaults = { meshProvider: settings.meshProvider, metricsServer: '' }
  return objectsIn(store)
    .list<CanaryResource>(kind, namespace)
    .map((resource) => parseCanary(resource, defaults).canary)
    .find(({ names }) => Object.values(names).includes(service))
}

/** Custom kinds come and go: one that is not served has no objects. */
function objectsIn(store: Store): Objects {
  return {
    list<T extends KubeObject>(kind: { apiVersion: string; kind: string }, namespace: string): T[] {
      try {
        return store.list<T>(kind, namespace === '' ? {} : { namespace })
      } catch (error) {
        if (error instanceof ApiError && error.body.code === 404) return []
        throw error
      }
    },
  }
}

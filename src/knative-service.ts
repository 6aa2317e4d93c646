/** Knative Services: what the target and the router both read of one. */
import type { Canary } from './canary/canary.ts'
import type { KubeObject, ObjectRef } from './objects.ts'
import { namespacedKind } from './resource-kind.ts'

export const knativeServices = namespacedKind('serving.knative.dev/v1', 'Service', 'services')
export const knativeRevisions = namespacedKind('serving.knative.dev/v1', 'Revision', 'revisions')

/** Names the revision that serves as the primary, on the Service itself. */
export const primaryRevisionKey = 'flagger.app/primary-revision'

export interface KnativeCondition {
  type: string
  status: string
  message?: string
}

/** Where a share of the requests goes: to the latest revision, or to a certain one. */
export interface TrafficTarget {
  latestRevision?: boolean
  revisionName?: string
  percent?: number
  tag?: string
}

export interface KnativeService extends KubeObject {
  spec?: { traffic?: unknown; [field: string]: unknown }
  status?: {
    observedGeneration?: number
    latestCreatedRevisionName?: string
    latestReadyRevisionName?: string
    traffic?: unknown
    conditions?: readonly KnativeCondition[]
  }
}

/** The Service that the Canary has as its target. */
export function knativeServiceRef({ namespace, targetName }: Canary): ObjectRef {
  const { apiVersion, kind } = knativeServices
  return { apiVersion, kind, namespace, name: targetName }
}

/** `Knative Service podinfo.test`, as Flagger's events name it. */
export function knativeName({ targetName, namespace }: Canary): string {
  return `Knative Service ${targetName}.${namespace}`
}

/** The entries of `spec.traffic` or `status.traffic`; what has another shape is left out. */
export function trafficIn(value: unknown): TrafficTarget[] {
  if (!Array.isArray(value)) return []
  return value.filter((one) => typeof one === 'object' && one !== null) as TrafficTarget[]
}

/** The share of entries, in percent. */
export function percentOf(entries: readonly TrafficTarget[]): number {
  return entries.reduce(
    (sum, { percent }) => sum + (typeof percent === 'number' && percent > 0 ? percent : 0),
    0,
  )
}

/** The entries that Flagger's routes have: for the latest revision, and for a certain one. */
export function sidesOf(value: unknown): { latest: TrafficTarget[]; named: TrafficTarget[] } {
  const all = trafficIn(value)
  return {
    latest: all.filter(({ latestRevision }) => latestRevision === true),
    named: all.filter(
      ({ latestRevision, revisionName, tag, percent }) =>
        latestRevision !== true &&
        typeof revisionName === 'string' &&
        (percent !== undefined || tag === undefined),
    ),
  }
}

/**
 * The revision that serves as the primary. Where somebody took the note of it away, the traffic
 * still tells it: to take the latest revision for it would promote one that nobody checked.
 */
export function primaryRevision({ metadata, spec }: KnativeService): string | undefined {
  const noted = metadata.annotations?.[primaryRevisionKey]
  if (noted) return noted
  const { latest, named } = sidesOf(spec?.traffic)
  return latest.length > 0 ? named[0]?.revisionName : undefined
}

/** The Service with this revision noted as the primary. */
export function withPrimary(service: KnativeService, revision: string): KnativeService {
  const { metadata } = service
  const annotations = { ...metadata.annotations, [primaryRevisionKey]: revision }
  return { ...service, metadata: { ...metadata, annotations } }
}

/** Labels, annotations and ownership of the objects that routers generate or take over. */
import type { Canary } from '../canary/canary.ts'
import type { KubeObject, Metadata, ObjectRef, OwnerReference } from '../objects.ts'
import type { RouterContext } from './router.ts'

export type Texts = Record<string, string>

/** An object with a free-form spec, as routers pass it on. */
export interface Specified extends KubeObject {
  spec?: Record<string, unknown>
}

/** Keeps Flux from reverting objects that the controller manages. */
export const fluxOff: Readonly<Texts> = {
  'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
  'helm.toolkit.fluxcd.io/driftDetection': 'disabled',
}

export const managedBy: Readonly<Texts> = { 'app.kubernetes.io/managed-by': 'flagger' }

/** What `kubectl apply` leaves on the objects that it writes. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** Names the labels and annotations that came from the Canary or from a copied object. */
const configuredKeys = 'flagger.app/configured-metadata'

export function ownerReference({ name, metadata }: Canary): OwnerReference {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    name,
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
}

/** True when a Canary, of whatever name, owns the object: it goes when that Canary goes. */
export function isOwned({ metadata }: KubeObject): boolean {
  return ownerOf(metadata) !== undefined
}

/** True when this Canary owns the object, and so generated it. Flagger looks no closer either. */
export function isOwnedBy({ metadata }: KubeObject, { name }: Canary): boolean {
  return ownerOf(metadata)?.name === name
}

/** True for an object that the controller made, whether or not it could be given an owner. */
export function isGenerated(object: KubeObject): boolean {
  const entries = Object.entries(managedBy)
  return isOwned(object) || entries.every(([key, of]) => object.metadata.labels?.[key] === of)
}

/** What a routing object has to carry. */
interface RouteMetadata {
  name: string
  /** The object in the cluster, when there is one. */
  found: KubeObject | undefined
  /** From the Canary or from a copied object: removed again once it is configured no more. */
  configured?: { labels?: Texts | undefined; annotations?: Texts | undefined }
  /** Annotations of the router itself. */
  annotations?: Texts
  /** Annotations that are the router's alone: of these it keeps only those it sets. */
  isExclusive?: (annotation: string) => boolean
}

/**
 * Metadata of a routing object. Labels and annotations that others set stay; an owner is set on
 * creation only, so that an object taken over outlives its Canary.
 */
export function routeMetadata(
  { canary, settings }: RouterContext,
  { name, found, configured = {}, annotations = {}, isExclusive = () => false }: RouteMetadata,
): Metadata {
  const owner = settings.ownRoutes ? { ownerReferences: [ownerReference(canary)] } : {}
  const {
    labels,
    annotations: live,
    ...kept
  } = found ? withoutConfigured(found.metadata) : { name, namespace: canary.namespace, ...owner }
  const mark = !found || isOwnedBy(found, canary) ? managedBy : {}
  const foreign = Object.keys(live ?? {}).filter((key) => !isExclusive(key))
  // What an object taken over had by itself must not go when it is given back.
  const own = found && !isOwnedBy(found, canary) ? { labels, annotations: only(live, foreign) } : {}
  const maps = withMaps({
    labels: { ...labels, ...mark, ...configured.labels },
    annotations: {
      ...only(live, foreign),
      ...configured.annotations,
      ...annotations,
      ...recordOf(configured, own),
    },
  })
  return { ...kept, ...maps }
}

/** Metadata without what `routeMetadata` added, for an object that is given back. */
export function releasedMetadata(metadata: Metadata, annotations: readonly string[]): Metadata {
  const { labels, annotations: all, ...rest } = withoutConfigured(metadata)
  const added = [...Object.keys(fluxOff), ...annotations]
  return { ...rest, ...withMaps({ labels: { ...labels }, annotations: without(all, added) }) }
}

/**
 * Labels and annotations that `spec.service.apex` puts on the routing object as well. Flagger
 * adds the selector label, and what `unmanagedMetadata` preserves on the apex Service, only when
 * the Canary has an `apex` section.
 */
export function apexMetadata({ canary, facts, find }: RouterContext): {
  labels: Texts
  annotations: Texts
} {
  const { service, targetRef } = canary.spec
  if (!service?.apex || targetRef.kind === 'Service') {
    return { labels: { ...service?.apex?.labels }, annotations: { ...service?.apex?.annotations } }
  }
  const { labels, annotations } = service.unmanagedMetadata ?? {}
  const apex = service.unmanagedMetadata && find(apexRef(canary))
  const live = apex && isOwnedBy(apex, canary) ? apex.metadata : undefined
  return {
    labels: {
      ...service.apex.labels,
      [facts.selectorKey]: canary.names.apex,
      ...only(live?.labels, labels),
    },
    annotations: { ...service.apex.annotations, ...only(live?.annotations, annotations) },
  }
}

/** What `apexMetadata` looks up. */
export function apexReads(canary: Canary): ObjectRef[] {
  const { apex, unmanagedMetadata } = canary.spec.service ?? {}
  return apex && unmanagedMetadata ? [apexRef(canary)] : []
}

/** The entries of a map with these keys. */
export function only(map: Texts | undefined, keys: readonly string[] = []): Texts {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => keys.includes(key)))
}

/** The entries of a map without these keys. */
export function without(map: Texts | undefined, keys: readonly string[]): Texts {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !keys.includes(key)))
}

/** Leaves empty maps out: the API server knows no difference between empty and missing. */
export function withMaps(maps: { labels: Texts; annotations: Texts }): Partial<Metadata> {
  return Object.fromEntries(Object.entries(maps).filter(([, map]) => Object.keys(map).length > 0))
}

function ownerOf({ ownerReferences = [] }: Metadata): OwnerReference | undefined {
  return ownerReferences.find(({ kind, controller }) => kind === 'Canary' && controller)
}

function apexRef({ namespace, names }: Canary): ObjectRef {
  return { apiVersion: 'v1', kind: 'Service', namespace, name: names.apex }
}

/** The record of what is configured, but for keys that the object has by itself. */
function recordOf(
  { labels, annotations }: NonNullable<RouteMetadata['configured']>,
  own: NonNullable<RouteMetadata['configured']>,
): Texts {
  const added = (of: Texts | undefined, beside: Texts | undefined) =>
    Object.keys(without(of, Object.keys(beside ?? {}))).sort()
  const keys = {
    labels: added(labels, own.labels),
    annotations: added(annotations, own.annotations),
  }
  if (keys.labels.length + keys.annotations.length === 0) return {}
  return { [configuredKeys]: JSON.stringify(keys) }
}

function withoutConfigured({ labels, annotations, ...rest }: Metadata): Metadata {
  const keys = readRecord(annotations?.[configuredKeys])
  return {
    ...rest,
    ...withMaps({
      labels: without(labels, keys.labels),
      annotations: without(annotations, [...keys.annotations, configuredKeys]),
    }),
  }
}

/** A record that someone damaged names nothing: what it named then counts as foreign. */
function readRecord(text = '{}'): { labels: string[]; annotations: string[] } {
  try {
    const { labels, annotations } = Object(JSON.parse(text)) as Record<string, unknown>
    return { labels: texts(labels), annotations: texts(annotations) }
  } catch {
    return { labels: [], annotations: [] }
  }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((element) => typeof element === 'string') : []
}

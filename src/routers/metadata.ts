/** Labels, annotations and ownership of the objects that routers generate or take over. */

import { createHash } from 'node:crypto'
import type { Canary } from '../canary/canary.ts'
import { leadsToPods } from '../canary/names/names.ts'
import { managedBy, ownerReference } from '../canary/names/ownership.ts'
import { readJson } from '../json.ts'
import type { KubeObject, Metadata, ObjectRef, OwnerReference } from '../objects.ts'
import { record } from './reading.ts'
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

/** What `kubectl apply` leaves on the objects that it writes. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** Notes the labels and annotations that came from the Canary or from a copied object. */
const configuredKeys = 'flagger.app/configured-metadata'

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

/** Labels and annotations of one object, or what is said of them. */
interface MapsOf<T> {
  labels?: T | undefined
  annotations?: T | undefined
}

/** What a routing object has to carry. */
interface RouteMetadata {
  name: string
  /** The object in the cluster, when there is one. */
  found: KubeObject | undefined
  /** From the Canary or from a copied object: removed again once it is configured no more. */
  configured?: MapsOf<Texts>
  /** What is configured comes from another object: it is the first word, and not the last. */
  isCopied?: boolean
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
  { name, found, configured = {}, isCopied, annotations, isExclusive }: RouteMetadata,
): Metadata {
  const owner = settings.ownRoutes ? { ownerReferences: [ownerReference(canary)] } : {}
  const {
    labels,
    annotations: live,
    ...kept
  } = found ? found.metadata : { name, namespace: canary.namespace, ...owner }
  const isGiven = found !== undefined && !isOwnedBy(found, canary)
  const maps = configuredMaps({
    live: { labels, annotations: isExclusive ? withoutThose(live, isExclusive) : live },
    configured,
    isCopied,
    isGiven,
    ours: { labels: isGiven ? {} : managedBy, annotations },
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
  const { service } = canary.spec
  if (!service?.apex || leadsToPods(canary.spec)) {
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

interface Merging {
  /** As the object is; nothing where it is to be created. */
  live: MapsOf<Texts>
  configured: MapsOf<Texts>
  /** See `RouteMetadata`. */
  isCopied?: boolean | undefined
  /** What it has by itself must not go when it is given back. */
  isGiven?: boolean
  /** Written whatever others write. */
  ours: MapsOf<Texts>
}

/**
 * Labels and annotations of an object that others write on too. What they set stays; what was
 * configured, and is no longer, goes: a record names it, with a checksum of each value, by which
 * a copied value that somebody changed since is told from one of ours.
 */
export function configuredMaps(of: Merging): Partial<Metadata> {
  const { live, configured, ours, isGiven = false } = of
  const record = readRecord(live.annotations?.[configuredKeys])
  const merged = (map: 'labels' | 'annotations') => ({
    ...withoutRecorded(live[map], record[map]),
    ...withoutYielded(configured[map], { ...of, live: live[map], record: record[map] }),
    ...ours[map],
  })
  const own = (map: 'labels' | 'annotations') =>
    isGiven ? Object.keys(withoutRecorded(live[map], record[map])) : []
  const next = {
    labels: checksums(without(configured.labels, own('labels'))),
    annotations: checksums(without(configured.annotations, own('annotations'))),
  }
  const hasRecord = Object.keys({ ...next.labels, ...next.annotations }).length > 0
  const { [configuredKeys]: _, ...annotations } = merged('annotations')
  return withMaps({
    labels: merged('labels'),
    annotations: { ...annotations, ...(hasRecord && { [configuredKeys]: JSON.stringify(next) }) },
  })
}

/** Checksums by key; those of records that name keys alone are unknown. */
type Checksums = Record<string, string | undefined>

/** The live entries but for those that were configured, and that nobody changed since. */
function withoutRecorded(live: Texts | undefined, record: Checksums): Texts {
  return withoutThose(live, (key, value) => {
    return key in record && (record[key] === undefined || record[key] === checksum(value))
  })
}

/** What is configured, but for copied values that somebody changed while their source did not. */
function withoutYielded(
  configured: Texts | undefined,
  {
    live = {},
    record,
    isCopied,
  }: { live?: Texts | undefined; record: Checksums; isCopied?: boolean | undefined },
): Texts {
  if (!isCopied) return { ...configured }
  return withoutThose(configured, (key, value) => {
    const found = live[key]
    const isNoted = record[key] === checksum(value)
    return isNoted && found !== undefined && checksum(found) !== record[key]
  })
}

function withoutThose(map: Texts | undefined, isLeftOut: (key: string, value: string) => boolean) {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key, of]) => !isLeftOut(key, of)))
}

function checksums(map: Texts): Texts {
  const entries = Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, value]) => [key, checksum(value)]))
}

const checksum = (value: string): string =>
  createHash('sha256').update(value).digest('hex').slice(0, 8)

function withoutConfigured({ labels, annotations, ...rest }: Metadata): Metadata {
  const record = readRecord(annotations?.[configuredKeys])
  return {
    ...rest,
    ...withMaps({
      labels: withoutRecorded(labels, record.labels),
      annotations: without(withoutRecorded(annotations, record.annotations), [configuredKeys]),
    }),
  }
}

/** A record that someone damaged names nothing: what it named then counts as foreign. */
function readRecord(text = '{}'): { labels: Checksums; annotations: Checksums } {
  const { labels, annotations } = record(readJson(text))
  return { labels: readChecksums(labels), annotations: readChecksums(annotations) }
}

/** Earlier versions noted the keys alone, as a list. */
function readChecksums(value: unknown): Checksums {
  if (Array.isArray(value))
    return Object.fromEntries(
      value.filter((key) => typeof key === 'string').map((key) => [key, undefined]),
    )
  const entries = Object.entries(record(value)).flatMap(([key, of]) =>
    typeof of === 'string' ? [[key, of] as const] : [],
  )
  return Object.fromEntries(entries)
}

/** Tracking of the ConfigMaps and Secrets that a target uses: references, checksums, copies. */
import { createHash } from 'node:crypto'
import type { Canary } from '../../canary/canary.ts'
import { managedBy, ownerReference } from '../../canary/names/ownership.ts'
import { InvalidSpecError } from '../../errors.ts'
import { asInGo } from '../../go-json.ts'
import type { Find, KubeObject, ObjectRef, OwnerReference } from '../../objects.ts'
import { prefixed } from '../metadata.ts'
import type { ConfigRef } from './config-refs.ts'

interface ConfigObject extends KubeObject {
  data?: Record<string, string>
  binaryData?: Record<string, string>
  /** Of a Secret. */
  type?: string
}

export interface TrackedConfig {
  ref: ConfigRef
  /** `configmap/<name>` or `secret/<name>`: its key in the status. */
  key: string
  source: ConfigObject
  checksum: string
}

export interface TrackedConfigs {
  tracked: TrackedConfig[]
  /** Needed by the target, but not in the cluster. */
  missing: ConfigRef[]
}

const copiedSecretTypes = [
  'Opaque',
  'kubernetes.io/basic-auth',
  'kubernetes.io/ssh-auth',
  'kubernetes.io/tls',
]

/** The referenced objects of which the primary gets a copy, and those that are missing. */
export function trackConfigs(
  refs: readonly ConfigRef[],
  find: Find,
  namespace: string,
): TrackedConfigs {
  const tracked: TrackedConfig[] = []
  const missing: ConfigRef[] = []
  for (const ref of refs) {
    const source = find<ConfigObject>(configObjectRef(ref, namespace))
    if (source && isTracked(source))
      tracked.push({ ref, key: configKey(ref), source, checksum: configChecksum(source) })
    if (!source && !ref.optional) missing.push(ref)
  }
  return { tracked, missing }
}

/** The ConfigMap or Secret that is meant, in the namespace of the target. */
export function configObjectRef({ kind, name }: ConfigRef, namespace: string): ObjectRef {
  return { apiVersion: 'v1', kind, namespace, name }
}

/** `configmap/NAME` or `secret/NAME`, the key in `status.trackedConfigs`. */
export function configKey({ kind, name }: ConfigRef): string {
  return `${kind.toLowerCase()}/${name}`
}

/** The problem of a missing mandatory ConfigMap or Secret, for events. */
export function missingConfig({ kind, name }: ConfigRef, namespace: string): string {
  const object = `${kind.toLowerCase()} ${name}.${namespace}`
  const cause = `${kind.toLowerCase()}s "${name}" not found`
  return `${object} get query error: ${object} get query error: ${cause}`
}

/**
 * 16 hex digits: the start of the SHA-256 over `data` as Go encodes it, so that checksums which
 * other versions stored stay valid; `binaryData` counts only where there is some.
 */
export function configChecksum({ data, binaryData }: Partial<ConfigObject>): string {
  const text = goMap(data ?? null) + (binaryData ? goMap(binaryData) : '')
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** As Flagger counts: without `binaryData`. */
export function originalChecksum({ data }: Partial<ConfigObject>): string {
  return configChecksum(data ? { data } : {})
}

export interface CopyOptions {
  canary: Canary
  find: Find
  prefixes: readonly string[]
  /** What the primary refers to: an object among these is its copy, whoever made it. */
  inUse: readonly ConfigRef[]
}

/**
 * The copies `<name>-primary`, starting from those that exist. Other owners of a shared copy stay
 * owners. Throws InvalidSpecError when a mandatory source is missing, or when something else has
 * the name of a copy.
 */
export function configCopies(
  { tracked, missing }: TrackedConfigs,
  { canary, find, prefixes, inUse }: CopyOptions,
): KubeObject[] {
  const used = new Set(inUse.map(configKey))
  const [first] = missing
  if (first) {
    const problem = missingConfig(first, canary.namespace)
    throw new InvalidSpecError(
      `createPrimary${canary.spec.targetRef.kind} failed: GetTargetConfigs failed: ${problem}`,
    )
  }
  return tracked.map(({ ref, source, checksum }) => {
    const copy = primaryCopy(ref)
    const found = find<ConfigObject>(configObjectRef(copy, canary.namespace))
    const isStrange = found && !isGenerated(found) && configChecksum(found) !== checksum
    if (isStrange && !used.has(configKey(copy))) throw nameTaken(ref, canary)
    return configCopy({ source, name: copy.name, found, canary, prefixes })
  })
}

const longestName = 253

/** Throws InvalidSpecError where a copy would have a longer name than an object may have. */
export function assertNamesOfCopies({ tracked }: TrackedConfigs, namespace: string): void {
  const long = tracked.find(({ ref }) => primaryCopy(ref).name.length > longestName)
  if (!long) return
  const { kind, name } = long.ref
  throw new InvalidSpecError(
    `${kind.toLowerCase()} ${name}.${namespace}: its name has ${name.length} characters, and that ` +
      `of its copy needs 8 more of ${longestName}; rename it, or leave it alone with the ` +
      'annotation flagger.app/config-tracking: disabled on it',
  )
}

/** Whether the primary's copy has the content of its source. */
export function isCopied({ ref, checksum }: TrackedConfig, find: Find, namespace: string): boolean {
  const copy = find<ConfigObject>(configObjectRef(primaryCopy(ref), namespace))
  return copy !== undefined && configChecksum(copy) === checksum
}

/** The copy that the primary uses in place of an object. */
export function primaryCopy(ref: ConfigRef): ConfigRef {
  return { ...ref, name: `${ref.name}-primary` }
}

/** What a Canary made, or owns. */
function isGenerated({ metadata }: KubeObject): boolean {
  const { labels = {}, ownerReferences = [] } = metadata
  const isMarked = Object.entries(managedBy).every(([key, value]) => labels[key] === value)
  return isMarked || ownerReferences.some(({ kind }) => kind === 'Canary')
}

function nameTaken(ref: ConfigRef, { label, namespace }: Canary): InvalidSpecError {
  const kind = ref.kind.toLowerCase()
  return new InvalidSpecError(
    `${kind} ${ref.name}-primary.${namespace} is in the way: the primary of canary ${label} gets a ` +
      `copy of ${kind} ${ref.name} by this name, and that would overwrite it; rename or remove it`,
  )
}

function configCopy(of: {
  source: ConfigObject
  name: string
  found: ConfigObject | undefined
  canary: Canary
  prefixes: readonly string[]
}): ConfigObject {
  const { source, name, found, canary, prefixes } = of
  const {
    data: _data,
    binaryData: _binaryData,
    ...base
  } = found ?? {
    apiVersion: source.apiVersion,
    kind: source.kind,
    metadata: { name, namespace: canary.namespace },
  }
  return {
    ...base,
    metadata: {
      ...base.metadata,
      labels: { ...managedBy, ...prefixed(source.metadata.labels, prefixes) },
      ownerReferences: sharedOwners(canary, found?.metadata.ownerReferences),
    },
    ...(source.data && { data: source.data }),
    ...(source.binaryData && { binaryData: source.binaryData }),
    ...(source.type !== undefined && { type: source.type }),
  }
}

/** A copy may serve several Canaries; only the last that wrote it is its controller. */
function sharedOwners(canary: Canary, found: OwnerReference[] = []): OwnerReference[] {
  const own = ownerReference(canary)
  const others = found.filter(({ uid }) => uid !== own.uid)
  return [own, ...others.map((owner) => ({ ...owner, controller: false }))]
}

function isTracked({ metadata, kind, type = 'Opaque' }: ConfigObject): boolean {
  const choice = metadata.annotations?.['flagger.app/config-tracking'] ?? ''
  if (choice.startsWith('disable')) return false
  return kind !== 'Secret' || copiedSecretTypes.includes(type)
}

/** A map as Go's encoder writes it: with sorted keys. */
function goMap(map: Record<string, string> | null): string {
  if (map === null) return 'null'
  // Not by way of an object, which would put keys that are numbers first.
  const sorted = Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))
  const fields = sorted.map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`)
  return asInGo(`{${fields.join()}}`)
}

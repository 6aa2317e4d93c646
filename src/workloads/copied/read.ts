/** Target and primary as found, and what identifies their content. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { KubeObject } from '../../objects.ts'
import { sameContent } from '../canonical.ts'
import { type Identity, identityOf } from '../identity/identity.ts'
import { type ConfigRef, configRefs } from '../pods/config-refs.ts'
import {
  assertNamesOfCopies,
  configKey,
  configObjectRef,
  originalChecksum,
  type TrackedConfigs,
  trackConfigs,
} from '../pods/configs.ts'
import type { PodTemplate, Templated } from '../pods/pod-template.ts'
import { revisionOf } from '../revision.ts'
import type { WorkloadContext } from '../workload.ts'
import { type CopiedKind, refTo } from './copied-kind.ts'
import { primaryTemplate, type Rewriting, targetTemplate, withoutFlaggerId } from './primary.ts'

export interface CopiedRead<T extends Templated = Templated> {
  found: T
  /** The target as the user wrote it. */
  target: T
  primary: T | undefined
  identity: Identity
  rewriting: Rewriting
  configs: TrackedConfigs
  checksums: Record<string, string> | undefined
  /** The same as Flagger counts them, where that differs. */
  originalChecksums?: Record<string, string>
  revision: string
  primaryRevision: string | undefined
}

/** Throws InvalidSpecError when the target is missing, can't be used, or its pods selected. */
export function readCopied<T extends Templated>(
  kind: CopiedKind<T>,
  context: WorkloadContext,
): CopiedRead<T> {
  const { canary, find, settings } = context
  const { namespace, targetName, primaryName } = canary
  const found = find<T>(refTo(kind, canary, targetName))
  if (!found)
    throw new InvalidSpecError(
      `${kind.kind.toLowerCase()} ${targetName}.${namespace} get query error: ` +
        `${kind.plural}.apps "${targetName}" not found`,
    )
  const target = kind.asWritten(found)
  const primary = find<T>(refTo(kind, canary, primaryName))
  const why = unusable(kind, target, { canary, primary })
  if (why !== undefined) throw new InvalidSpecError(why)
  const identity = identityOf({ target, primary }, settings.selectorLabels)
  const rewriting = { identity, selectorLabels: settings.selectorLabels, targetName }
  const refs = settings.configTracking ? configRefs(target.spec.template.spec) : []
  const configs = trackConfigs(refs, find, namespace)
  assertNamesOfCopies(configs, namespace)
  const read = {
    found,
    target,
    primary,
    identity,
    rewriting,
    configs,
    revision: revisionOf(target.spec.template),
  }
  return {
    ...read,
    checksums: settings.configTracking ? checksumsOf(read.configs, context) : undefined,
    ...originalChecksums(read.configs, context),
    primaryRevision: primary && revisionOfPrimary(read, primary, context),
  }
}

/** The whole sentence about a target that can't be released; undefined for one that can. */
export function unusable<T extends Templated>(
  kind: CopiedKind<T>,
  target: T,
  of: { canary: Canary; primary: T | undefined },
): string | undefined {
  const why = kind.unusable?.(target, of)
  return why && `${kind.kind.toLowerCase()} ${target.metadata.name}.${of.canary.namespace} ${why}`
}

/** Whether the primary gets a copy of an object that the target refers to. */
export function isTrackedBy({ tracked }: TrackedConfigs): (ref: ConfigRef) => boolean {
  const keys = new Set(tracked.map(({ key }) => key))
  return (ref) => keys.has(configKey(ref))
}

/** A missing object keeps its last checksum: that it is gone makes no new revision. */
function checksumsOf(
  { tracked, missing }: TrackedConfigs,
  { canary }: WorkloadContext,
): Record<string, string> {
  const known = canary.status.trackedConfigs ?? {}
  const last = missing.map(configKey).flatMap((key): [string, string][] => {
    const checksum = known[key]
    return checksum === undefined ? [] : [[key, checksum]]
  })
  const current = tracked.map(({ key, checksum }): [string, string] => [key, checksum])
  return Object.fromEntries([...current, ...last])
}

function originalChecksums(
  { tracked, missing }: TrackedConfigs,
  context: WorkloadContext,
): Pick<CopiedRead, 'originalChecksums'> {
  if (!tracked.some(({ source }) => source.binaryData)) return {}
  const counted = tracked.map((one) => ({ ...one, checksum: originalChecksum(one.source) }))
  return { originalChecksums: checksumsOf({ tracked: counted, missing }, context) }
}

function revisionOfPrimary(
  read: Omit<CopiedRead, 'checksums' | 'primaryRevision'>,
  primary: Templated,
  context: WorkloadContext,
): string {
  const { target, rewriting, configs, revision } = read
  const runs = withoutFlaggerId(primary.spec.template)
  const isTracked = isTrackedBy(configs)
  // Forwards is exact; backwards can't know what Flux had put on the target.
  const wanted = primaryTemplate(target.spec.template, rewriting, { id: '', isTracked })
  if (sameContent(runs, withoutFlaggerId(wanted))) return revision
  return revisionOf(templateBehind(read, primary, context))
}

/** The target's template of which the primary was made, as far as the primary tells. */
export function templateBehind(
  { rewriting, configs }: Pick<CopiedRead, 'rewriting' | 'configs'>,
  primary: Templated,
  { canary, find }: Pick<WorkloadContext, 'canary' | 'find'>,
): PodTemplate {
  const isTracked = isTrackedBy(configs)
  const isCopy = (ref: ConfigRef): boolean => {
    if (!ref.name.endsWith('-primary')) return false
    if (isTracked({ ...ref, name: ref.name.replace(/-primary$/, '') })) return true
    const copy = find<KubeObject>(configObjectRef(ref, canary.namespace))
    return (copy?.metadata.ownerReferences ?? []).some(({ kind }) => kind === 'Canary')
  }
  return targetTemplate(primary.spec.template, rewriting, isCopy)
}

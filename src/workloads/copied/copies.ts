/** The primary's copies of what the pods of a target are configured by. */
import { isRunning } from '../../canary/phases.ts'
import type { KubeObject, ObjectRef } from '../../objects.ts'
import { sameContent } from '../canonical.ts'
import { configRefs } from '../pods/config-refs.ts'
import { configCopies, configObjectRef, isCopied, primaryCopy } from '../pods/configs.ts'
import type { Templated } from '../pods/pod-template.ts'
import type { Reading, WorkloadContext } from '../workload.ts'
import type { CopiedRead } from './read.ts'

interface Pair {
  target: Templated | undefined
  primary: Templated | undefined
}

/** What target and primary refer to, and the copies of the target's. */
export function configReads({ canary }: Reading, { target, primary }: Pair): ObjectRef[] {
  const refsOf = (found: Templated | undefined) =>
    found ? configRefs(found.spec.template.spec) : []
  const ofTarget = refsOf(target)
  const all = [...ofTarget, ...ofTarget.map(primaryCopy), ...refsOf(primary)]
  const unique = new Map(all.map((ref) => [`${ref.kind}/${ref.name}`, ref]))
  return [...unique.values()].map((ref) => configObjectRef(ref, canary.namespace))
}

/** The copies as they are to be; throws InvalidSpecError as `configCopies` does. */
export function copiesOf(
  { configs, primary }: Pick<CopiedRead, 'configs' | 'primary'>,
  { canary, find, settings }: WorkloadContext,
): KubeObject[] {
  const prefixes = settings.includeLabelPrefix
  const inUse = primary ? configRefs(primary.spec.template.spec) : []
  return configCopies(configs, { canary, find, prefixes, inUse })
}

/** The copies as they are found. */
export function copiesThere({ configs }: CopiedRead, { canary, find }: Reading): KubeObject[] {
  return configs.tracked.flatMap(({ ref }) => {
    const copy = find<KubeObject>(configObjectRef(primaryCopy(ref), canary.namespace))
    return copy ? [copy] : []
  })
}

/** Copies that somebody deleted, as long as their sources hold what was promoted. */
export function lostCopies(
  { primary, configs }: CopiedRead,
  context: WorkloadContext,
): KubeObject[] {
  const { canary, find } = context
  const { promotedConfigs = {} } = canary.status
  const tracked = configs.tracked.filter(
    ({ ref, key, checksum }) =>
      promotedConfigs[key] === checksum &&
      !find(configObjectRef(primaryCopy(ref), canary.namespace)),
  )
  return copiesOf({ primary, configs: { tracked, missing: [] } }, context)
}

/**
 * Whether primary and copies are what a promotion makes of them. The identifier of a promotion
 * counts during a run only: it tells whether pods were restarted for a change of nothing but
 * configuration.
 */
export function isPromoted(
  { primary, configs, revision, primaryRevision }: CopiedRead,
  { canary, find }: WorkloadContext,
  wanted: () => Templated,
): boolean {
  if (!primary || configs.missing.length > 0 || primaryRevision !== revision) return false
  if (!configs.tracked.every((config) => isCopied(config, find, canary.namespace))) return false
  if (!isRunning(canary.status.phase ?? '')) return true
  return sameContent(wanted().spec.template, primary.spec.template)
}

/** What the controller would say of target and autoscaler, where files or cluster have them. Pure. */
import { type Canary, parseCanary } from '../canary/canary.ts'
import { conflictOf } from '../canary/names/conflicts.ts'
import type { Find, KubeObject } from '../objects.ts'
import { claimsOf } from '../routers/index.ts'
import { refusedScaler, scalerFor } from '../scalers/index.ts'
import { unusableTarget } from '../workloads/index.ts'
import { type Reading, usualSelectorLabels } from '../workloads/workload.ts'
import { error, type Remark, warning } from './finding.ts'

export interface Surroundings {
  /** The objects of the files that stand in the namespace of the Canary. */
  own: readonly KubeObject[]
  /** These, and with `isLive` those of the cluster. */
  find: Find
  isLive: boolean
}

/**
 * What target, autoscaler and other Canaries make impossible. Without `isLive` an autoscaler is
 * judged only where it or the target is among the files.
 */
export function targetRemarks(canary: Canary, { own, find, isLive }: Surroundings): Remark[] {
  const reading = { canary, find: asApplied(canary, own, find), settings }
  return [...target(reading), ...autoscaler(reading, { own, isLive }), ...conflict(canary, own)]
}

const settings = {
  selectorLabels: usualSelectorLabels,
  includeLabelPrefix: [],
  configTracking: true,
}

function target(of: Reading): Remark[] {
  const why = unusableTarget(of)
  return why === undefined ? [] : [error('LNT056', 'spec.targetRef', named(why, of.canary))]
}

function autoscaler(of: Reading, { own, isLive }: Omit<Surroundings, 'find'>): Remark[] {
  const { canary } = of
  const { autoscalerRef, targetRef } = canary.spec
  if (!autoscalerRef) return []
  const at = 'spec.autoscalerRef'
  const scaler = scalerFor(canary)
  const refused = refusedScaler(canary)?.replace(`canary ${canary.label}: `, '')
  const faults = refused === undefined ? (scaler?.faults?.(of) ?? []) : [refused]
  const others = scaler?.warnings?.(of) ?? []
  // Who keeps neither in the files may have both in the cluster.
  const isKnown = isLive || has(own, targetRef) || has(own, autoscalerRef)
  return [
    ...(isKnown || refused ? faults : []).map((why) => error('LNT057', at, named(why, canary))),
    ...others.map((why) => warning('LNT058', at, named(why, canary))),
  ]
}

/** Files need not say where they will be applied. */
function named(sentence: string, { namespace }: Canary): string {
  return namespace === '' ? sentence.replaceAll('. ', ' ') : sentence
}

/** What another Canary of the files has already; of two that are new the first by name has it. */
function conflict(canary: Canary, own: readonly KubeObject[]): Remark[] {
  const others = own
    .filter(({ kind }) => kind === 'Canary')
    .map((object) => parseCanary(object, noFlags).canary)
  const resources = others.map(({ resource, spec }) => ({ ...resource, spec }))
  const why = conflictOf(canary, resources, { meshProvider: canary.provider, claimsOf })
  if (why === undefined) return []
  const message = why.replace(`canary ${canary.label}: `, '')
  const [path = 'spec'] = /^spec\.\w+/.exec(message) ?? []
  return [error('LNT059', path, message)]
}

const noFlags = { meshProvider: '', metricsServer: '' }

function has(own: readonly KubeObject[], { kind, name }: { kind?: string; name?: string }) {
  return own.some((object) => object.kind === kind && object.metadata.name === name)
}

/** Files may have an older version of a kind than the one that is read, and no namespace. */
function asApplied({ namespace }: Canary, own: readonly KubeObject[], find: Find): Find {
  return <T extends KubeObject>(ref: Parameters<Find>[0]) => {
    const found = own.find(({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name)
    if (!found) return find<T>(ref)
    // What was found under a reference has the type that the reference names.
    return { ...found, metadata: { ...found.metadata, namespace } } as T
  }
}

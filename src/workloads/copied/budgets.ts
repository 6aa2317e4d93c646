/**
 * PodDisruptionBudgets. One that selects the target's pods knows nothing of the primary's, which
 * serve the users: these get a copy of it, unless another one selects them already. Of a pod that
 * two select, Kubernetes evicts neither.
 */
import type { Canary } from '../../canary/canary.ts'
import { managedBy, ownerReference } from '../../canary/names/ownership.ts'
import { type KubeObject, type Restoration, refOf } from '../../objects.ts'
import { namespacedKind, type ResourceKind } from '../../resource-kind.ts'
import { type Identity, primarySuffix } from '../identity/identity.ts'
import { prefixed } from '../metadata.ts'
import type { LabelSelector, Templated } from '../pods/pod-template.ts'
import { fixedLabels, selects } from '../pods/selector.ts'
import type { WorkloadContext } from '../workload.ts'
import type { CopiedRead } from './read.ts'

export interface Budget extends KubeObject {
  spec?: { selector?: LabelSelector | null; [field: string]: unknown }
}

/** No canary depends on it: without the right to read it, nothing is copied. */
export const budgetKind: ResourceKind = {
  ...namespacedKind('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  isOptional: true,
}

/** On a budget whose author does not want the copy. */
export const primaryCopyAnnotation = 'flagger.app/primary-copy'

const longestName = 253

/** The copy for the primary, of all budgets of the namespace, and those of ours that are to go. */
export function budgetsFor(
  read: CopiedRead,
  context: WorkloadContext,
  all: readonly Budget[],
): Restoration {
  const { canary } = context
  const { primary } = read
  // What protects the pods stays until it is known who comes next.
  if (!primary || primary.metadata.deletionTimestamp !== undefined) return { write: [], remove: [] }
  const own = all.filter((budget) => isOwn(budget, canary))
  const source = sourceFor(read, primary, without(all, own))
  const copy = source && copyOf(source, read, context, own)
  const stale = own.filter(({ metadata }) => metadata.name !== copy?.metadata.name)
  return { write: copy ? [copy] : [], remove: stale.map(refOf) }
}

/** Whether a budget that came, went or was edited may be one for the canary of this target. */
export function concernsPods(
  budget: Budget,
  canary: Canary,
  workloads: readonly (Templated | undefined)[],
): boolean {
  if (isOwn(budget, canary)) return true
  return workloads.some((one) => one !== undefined && selects(selectorOf(budget), podLabels(one)))
}

function sourceFor(
  { target, identity }: CopiedRead,
  primary: Templated,
  others: readonly Budget[],
): Budget | undefined {
  if (others.some((budget) => selects(selectorOf(budget), podLabels(primary)))) return undefined
  const names = new Set(others.map(({ metadata }) => metadata.name))
  const sources = others.filter((budget) => {
    const { name, annotations = {} } = budget.metadata
    const isWanted = !(annotations[primaryCopyAnnotation] ?? '').startsWith('disable')
    const isFree = !names.has(nameOfCopy(name)) && nameOfCopy(name).length <= longestName
    const isOfTarget = selects(selectorOf(budget), podLabels(target))
    return isWanted && isFree && isOfTarget && isOfOneTarget(budget, identity)
  })
  return sources.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))[0]
}

/** A number that several workloads are to share would be too large for the primary of one. */
function isOfOneTarget(budget: Budget, { marks }: Identity): boolean {
  const labels = fixedLabels(selectorOf(budget) ?? {})
  return Object.entries(marks).some(([key, { target }]) => labels[key] === target)
}

function copyOf(
  source: Budget,
  { identity }: CopiedRead,
  { canary, settings }: WorkloadContext,
  own: readonly Budget[],
): Budget {
  const name = nameOfCopy(source.metadata.name)
  const { apiVersion, kind } = budgetKind
  const found = own.find(({ metadata }) => metadata.name === name)
  const base = found?.metadata ?? { name, namespace: canary.namespace }
  const labels = prefixed(source.metadata.labels, settings.includeLabelPrefix)
  return {
    ...(found ?? { apiVersion, kind }),
    metadata: {
      ...base,
      labels: { ...base.labels, ...managedBy, ...labels },
      ownerReferences: base.ownerReferences ?? [ownerReference(canary)],
    },
    spec: { ...source.spec, selector: { matchLabels: identity.primary } },
  }
}

function nameOfCopy(name: string): string {
  return `${name}${primarySuffix}`
}

/** What a Canary of another name, or an earlier one of this name, has made is none of ours. */
function isOwn({ metadata }: Budget, canary: Canary): boolean {
  const { ownerReferences = [] } = metadata
  return ownerReferences.some(({ uid }) => uid === canary.metadata.uid)
}

function without(all: readonly Budget[], own: readonly Budget[]): Budget[] {
  return all.filter((budget) => !own.includes(budget))
}

function podLabels({ spec }: Templated): Readonly<Record<string, string>> {
  return spec.template.metadata?.labels ?? {}
}

function selectorOf({ spec }: Budget): LabelSelector | undefined {
  return spec?.selector ?? undefined
}

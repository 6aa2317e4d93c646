/** Other workloads of a namespace, and whose pods the Services of a canary would select. */
import type { Canary } from '../../canary/canary.ts'
import { inBrief, type KubeObject } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'
import { workloadKinds } from '../registry.gen.ts'
import type { WorkloadFacts } from '../workload.ts'
import { areAmong } from './identity.ts'

/** As much of a workload as tells which Services select its pods. */
export interface Neighbour extends KubeObject {
  spec: { template: { metadata: { labels: Readonly<Record<string, string>> } } }
}

interface Templated extends KubeObject {
  spec?: { template?: { metadata?: { labels?: Record<string, string> } } }
}

/** The kinds that neighbours are known of: those that the controller follows for its targets. */
export const neighbourKinds: readonly ResourceKind[] = workloadKinds
  .filter(({ leadsToPods }) => !leadsToPods)
  .flatMap(({ kind, kinds }) => kinds.filter((one) => one.kind === kind))

/** Whether the kind is one of `neighbourKinds`, in the same version. */
export function isNeighbourKind({ apiVersion, kind }: ResourceKind): boolean {
  return neighbourKinds.some((one) => one.apiVersion === apiVersion && one.kind === kind)
}

/** What is held of a workload that no canary refers to; small, since there may be thousands. */
export function neighbourOf(workload: Templated): Neighbour {
  const labels = workload.spec?.template?.metadata?.labels ?? {}
  return { ...inBrief(workload), spec: { template: { metadata: { labels } } } }
}

/** The Services that would select pods of another workload too, one sentence for each workload. */
export function sharedPods(
  canary: Canary,
  facts: WorkloadFacts,
  neighbours: Iterable<Neighbour>,
): string[] {
  const { names, targetName, primaryName } = canary
  const { targetLabels, primaryLabels, furtherLabels } = facts
  const ofPrimary = { ...primaryLabels, ...furtherLabels?.labels }
  const found: string[] = []
  for (const { kind, metadata, spec } of neighbours) {
    if (metadata.name === targetName || metadata.name === primaryName) continue
    const { labels } = spec.template.metadata
    const other = `${kind.toLowerCase()} ${metadata.name}`
    if (areAmong(targetLabels, labels))
      found.push(
        sentence(`Service ${names.canary}`, { labels: targetLabels, own: targetName, other }),
      )
    if (areAmong(ofPrimary, labels)) {
      const services = `Services ${names.apex} and ${names.primary}`
      found.push(sentence(services, { labels: ofPrimary, own: primaryName, other }))
    }
  }
  return found
}

function sentence(
  service: string,
  { labels, own, other }: { labels: Readonly<Record<string, string>>; own: string; other: string },
): string {
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  return (
    `${service} would select the pods of ${other} as well as those of ${own}, by ` +
    `${selector.join(', ')}; let the selector of the target have a label that ${other} has not`
  )
}

/**
 * Services of a namespace beside those of a canary. One that selects the pods of the target leads
 * nowhere while the target rests, and nothing in the cluster says why.
 */
import type { Canary } from '../../canary/canary.ts'
import { inBrief, type KubeObject } from '../../objects.ts'
import { namespacedKind, type ResourceKind } from '../../resource-kind.ts'
import { areAmong } from '../../workloads/identity/identity.ts'
import type { WorkloadFacts } from '../../workloads/workload.ts'

type Labels = Record<string, string>

/** As much of a Service as tells whose pods it selects; small, since there may be thousands. */
export interface ServiceBeside extends KubeObject {
  spec: { selector: Labels }
}

interface Selecting extends KubeObject {
  spec?: { selector?: Labels }
}

export const serviceKind = namespacedKind('v1', 'Service', 'services')

/** Whether it is the Service of the core group. */
export function isServiceKind({ apiVersion, kind }: ResourceKind): boolean {
  return apiVersion === serviceKind.apiVersion && kind === serviceKind.kind
}

/** What is held of a Service that no canary refers to. */
export function serviceBeside(service: Selecting): ServiceBeside {
  return { ...inBrief(service), spec: { selector: service.spec?.selector ?? {} } }
}

interface Beside {
  /** Of the target's pods. */
  podLabels: Labels
  services: Iterable<ServiceBeside>
  /** The Service after which the target's pods have their names: nobody's to call. */
  governing?: string | undefined
}

/** The Services that would lead nowhere while no run is on, one sentence each. */
export function leadingNowhere(
  { names, targetName, primaryName }: Canary,
  { selectorKey, primaryLabels }: WorkloadFacts,
  { podLabels, services, governing = '' }: Beside,
): string[] {
  const left: string[] = [...Object.values(names), governing]
  return [...services].flatMap(({ metadata: { name }, spec: { selector } }) => {
    const isOfTarget = selector[selectorKey] !== undefined && areAmong(selector, podLabels)
    if (!isOfTarget || left.includes(name)) return []
    return [
      `Service ${name} selects the pods of ${targetName}, which rests while no run is on: then it ` +
        `leads nowhere; let it select those of ${primaryName} by ` +
        `${selectorKey}=${primaryLabels[selectorKey] ?? ''}, or let its users call ${names.apex}`,
    ]
  })
}

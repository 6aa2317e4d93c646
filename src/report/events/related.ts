/** Which events concern a canary: its own, and those of the parts that it is made of. Pure. */
import type { Canary } from '../../canary/canary.ts'
import { serviceNames } from '../../canary/names/names.ts'

/** What an event is about. */
export interface Topic {
  kind: string
  name: string
  namespace: string
}

/** The canary itself; with `parts` also workloads, their pods, autoscalers, Services and routes. */
export function concerns(topic: Topic, canary: Canary, parts: boolean): boolean {
  const { kind, name, namespace } = topic
  if (namespace !== canary.namespace) return false
  if (kind === 'Canary') return name === canary.name
  return parts && (namesOf(canary).has(name) || isMadeBy(topic, canary))
}

function namesOf({ spec, targetName, primaryName }: Canary): Set<string> {
  const { autoscalerRef } = spec
  const scalers = autoscalerRef ? [autoscalerRef.name, `${autoscalerRef.name}-primary`] : []
  return new Set([targetName, primaryName, ...Object.values(serviceNames(spec)), ...scalers])
}

/** Pods and ReplicaSets are known by the names that Kubernetes gives them: they may be gone. */
function isMadeBy({ kind, name }: Topic, { targetName, primaryName }: Canary): boolean {
  return [targetName, primaryName].some((workload) => {
    if (!name.startsWith(`${workload}-`)) return false
    const rest = name.slice(workload.length + 1)
    if (kind === 'ReplicaSet') return /^[a-z0-9]{5,10}$/.test(rest)
    return kind === 'Pod' && /^([a-z0-9]{5,10}-)?[a-z0-9]{5}$/.test(rest)
  })
}

/** The facts of a target that is selected by one label alone. */
import type { WorkloadFacts } from './workload.ts'

/** For readers of routes, which care for no facts, and for a target that nobody knows. */
export function plainFacts(value: string, key = 'app'): WorkloadFacts {
  return {
    selectorKey: key,
    targetLabels: { [key]: value },
    primaryLabels: { [key]: `${value}-primary` },
    discoveredPorts: [],
  }
}

/** The order of a live table: what moves is on top, what rests is what a small screen hides. Pure. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { handledCanary } from '../../src/report/as-handled.ts'
import { type Health, summarize } from '../../src/report/summary.ts'

const ranks: Record<Health, number> = {
  moving: 0,
  stale: 1,
  waiting: 1,
  paused: 1,
  failed: 1,
  unknown: 1,
  idle: 2,
}

/** Those that move, those that wait for somebody, the idle ones; within each by name. */
export function movingFirst(resources: readonly CanaryResource[], now: Date): CanaryResource[] {
  const keyed = resources.map((resource) => ({
    resource,
    rank: ranks[summarize(handledCanary(resource), now).health],
    name: `${resource.metadata.namespace}/${resource.metadata.name}`,
  }))
  const inOrder = keyed.sort(
    (one, other) => one.rank - other.rank || (one.name < other.name ? -1 : 1),
  )
  return inOrder.map(({ resource }) => resource)
}

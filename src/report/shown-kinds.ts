/** What is shown of the kinds that a Canary refers to. Pure. */
import type { Canary } from '../canary/canary.ts'
import { shownScalers } from '../scalers/shown.gen.ts'
import type { ShownScaler } from '../scalers/shown.ts'
import { shownWorkloads } from '../workloads/shown.gen.ts'
import type { PodCount, ShownWorkload, WorkloadObject } from '../workloads/shown.ts'

/** Undefined for a kind of target that nobody here knows. */
export function shownWorkload(target: {
  apiVersion?: string
  kind: string
}): ShownWorkload | undefined {
  return shownWorkloads.find(({ serves }) => serves(target))
}

/** Undefined for an object that is not there, and for a kind that has no pods. */
export function podsOf(
  { spec }: Pick<Canary, 'spec'>,
  object: WorkloadObject | undefined,
): PodCount | undefined {
  return object && shownWorkload(spec.targetRef)?.podsOf?.(object)
}

/** Undefined for a kind of autoscaler that nobody here knows. */
export function shownScaler({ kind: wanted }: { kind: string }): ShownScaler | undefined {
  return shownScalers.find(({ kind }) => kind.kind === wanted)
}

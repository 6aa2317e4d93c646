/** How many pods a target gets when its run starts. */
import type { Sizing } from './workload.ts'

/**
 * As many as the target asks for if it asks for any; else as many as the primary, or as the
 * autoscaler begins with where there is one; at least 1.
 */
export function fullScale(
  { target, primary = 1 }: { target: number; primary: number | undefined },
  sizing: Sizing | undefined,
): number {
  return target > 0 ? target : Math.max(1, sizing?.smallest ?? primary)
}

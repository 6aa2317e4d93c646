/** Pods of the primary that went while a check was under way, which may take minutes. */
import { InvalidSpecError } from '../../src/errors.ts'
import type { Deps } from '../process/deps.ts'
import type { Scene } from '../tick/scene.ts'
import { workloadRef } from './workload-ref.ts'

interface Scened extends Pick<Scene, 'seen' | 'workloadContext' | 'snapshot'> {
  workload: Pick<Scene['workload'], 'observe'>
}

/** Whether the primary had a pod that was ready when the tick began, and has none now. */
export function lostPrimary(
  { seen, workload, workloadContext, snapshot }: Scened,
  { cache }: { cache: Pick<Deps['cache'], 'get'> },
): boolean {
  const ref = workloadRef(seen.canary, seen.canary.primaryName)
  if (!ref || !seen.workload.serving?.primary) return false
  const now = cache.get(ref)
  if (now?.metadata.resourceVersion === snapshot.find(ref)?.metadata.resourceVersion) return false
  try {
    return !workload.observe({ ...workloadContext, find: cache.get }).serving?.primary
  } catch (error) {
    // The target went meanwhile, or can't be used any more: the next look has rules for that.
    if (error instanceof InvalidSpecError) return true
    throw error
  }
}

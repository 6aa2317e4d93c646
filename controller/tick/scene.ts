/** One tick's view of a canary: what was read, and who knows how to read and render it. */
import type { Observation } from '../../src/analysis/decision.ts'
import type { Find, KubeObject, ObjectRef } from '../../src/objects.ts'
import { refKey, refOf } from '../../src/objects.ts'
import type { Router, RouterContext } from '../../src/routers/router.ts'
import type { Scaler } from '../../src/scalers/scaler.ts'
import type { Workload, WorkloadContext } from '../../src/workloads/workload.ts'

export interface Scene {
  /** `namespace/name` of the Canary. */
  key: string
  seen: Observation
  /** The moment of `seen.now` on the clock that only grows. */
  nowMs: number
  router: Router
  workload: Workload
  scaler: Scaler | undefined
  routerContext: RouterContext
  workloadContext: WorkloadContext
  /** PodDisruptionBudgets of the namespace; undefined as long as they are not known. */
  budgets: readonly KubeObject[] | undefined
  snapshot: Snapshot
}

/**
 * The objects as they were when the tick began, and as its own writes left them. Writes of others
 * stay invisible, so that writing over them is a conflict and not an accident.
 */
export interface Snapshot {
  find: Find
  put(object: KubeObject): void
  remove(ref: ObjectRef): void
}

/** An empty one, to be filled with what was read. */
export function createSnapshot(): Snapshot {
  const objects = new Map<string, KubeObject>()
  return {
    // The caller knows which type its reference names.
    find: <T extends KubeObject>(ref: ObjectRef) => objects.get(refKey(ref)) as T | undefined,
    put: (object) => void objects.set(refKey(refOf(object)), object),
    remove: (ref) => void objects.delete(refKey(ref)),
  }
}

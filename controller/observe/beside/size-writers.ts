/** Who gave target and primary their size: asked only where the target is up at rest. */

import type { Observation } from '../../../src/analysis/decision.ts'
import { isUpAtRest } from '../../../src/analysis/status/rest.ts'
import type { Canary } from '../../../src/canary/canary.ts'
import { KubeError } from '../../../src/errors.ts'
import { createDeadline } from '../../../src/io/deadline.ts'
import type { Kube } from '../../../src/io/kube/kube.ts'
import type { Find, ObjectRef } from '../../../src/objects.ts'
import { autoscalerByHand, byHandKind } from '../../../src/scalers/by-hand.ts'
import type { Autoscaler } from '../../../src/scalers/pair.ts'
import { sizeWriter } from '../../../src/workloads/size-writer.ts'
import type { SizeWriter, SizeWriters } from '../../../src/workloads/workload.ts'
import type { Deps, Memory } from '../../process/deps.ts'
import type { Scene } from '../../tick/scene.ts'
import { workloadRef } from '../workload-ref.ts'

const longestMs = 5_000

type Asking = Pick<Deps, 'clock' | 'signal' | 'log'> & { kube: Pick<Kube, 'get' | 'list'> }

/**
 * The writers as the API server records them, which the cache leaves out: three requests for each
 * time that somebody scales a target up while no run is on, however often what follows is refused.
 */
export async function readSizeWriters(
  seen: Observation,
  { deps, memory, find }: { deps: Asking; memory: Pick<Memory, 'sized'>; find: Find },
): Promise<SizeWriters | undefined> {
  const { canary } = seen
  if (canary.suspended || !isUpAtRest(seen) || !seen.workload.sizes) return undefined
  const refs = [canary.targetName, canary.primaryName].map((name) => workloadRef(canary, name))
  const versions = refs.map((ref) => ref && find(ref)?.metadata.resourceVersion).join()
  if (memory.sized?.versions === versions) return memory.sized.writers
  // Without names the safe side is taken: no size is made smaller.
  const writers = await withinTime(canary, deps, async (signal) => {
    const [target, primary, autoscaler] = await Promise.all([
      writerOf(refs[0], signal, deps),
      writerOf(refs[1], signal, deps),
      canary.spec.autoscalerRef ? undefined : autoscalerOf(canary, signal, deps),
    ])
    return { target, primary, autoscaler }
  })
  if (writers) memory.sized = { versions, writers }
  return writers
}

/**
 * The scene for a promotion, which leaves the size of a primary that an autoscaler sees to though
 * the Canary does not name it. Asked, by one request, only where it would get another size.
 */
export async function withSizeKept<S extends Pick<Scene, 'seen' | 'workloadContext'>>(
  scene: S,
  deps: Asking,
): Promise<S> {
  const { canary, workload } = scene.seen
  const { target, primary } = workload.sizes ?? { target: 0, primary: 0 }
  if (canary.spec.autoscalerRef || target === primary) return scene
  const known = await withinTime(canary, deps, async (signal) => ({
    autoscaler: await autoscalerOf(canary, signal, deps),
  }))
  // Without an answer the safe side is taken: no primary is made smaller.
  const keepsSize = known ? known.autoscaler !== undefined : target < primary
  const workloadContext = { ...scene.workloadContext, keepsSize }
  return { ...scene, workloadContext }
}

/** Undefined also where the answer did not come in time, or may not be read. */
async function withinTime<T>(
  { label }: Canary,
  deps: Asking,
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const deadline = createDeadline(deps.clock, longestMs, deps.signal)
  try {
    return await read(deadline.signal)
  } catch (error) {
    if (!(error instanceof KubeError) || deps.signal.aborted) throw error
    deps.log.debug({ canary: label, error: error.message }, 'writers not read')
    return undefined
  } finally {
    deadline.end()
  }
}

async function autoscalerOf(canary: Canary, signal: AbortSignal, { kube }: Asking) {
  const { namespace } = canary
  const { items } = await kube.list<Autoscaler>(byHandKind, { namespace, signal })
  return autoscalerByHand(items, canary)
}

async function writerOf(
  ref: ObjectRef | undefined,
  signal: AbortSignal,
  { kube }: Asking,
): Promise<SizeWriter | undefined> {
  const found = ref && (await kube.get(ref, signal, { metadataOnly: true }))
  return found && sizeWriter(found)
}

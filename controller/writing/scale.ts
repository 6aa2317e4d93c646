/** Gives a target its size, also while its autoscaler, paused a moment ago, gives it one as well. */
import { isDeepStrictEqual } from 'node:util'
import type { Effect } from '../../src/analysis/decision.ts'
import type { KubeObject } from '../../src/objects.ts'
import { workloadRef } from '../observe/workload-ref.ts'
import type { Deps } from '../process/deps.ts'
import type { Scene } from '../tick/scene.ts'
import { rewriting } from './rewrite.ts'
import type { Writer } from './write.ts'
import { write } from './write-objects.ts'

interface Sized extends KubeObject {
  spec?: { replicas?: number; [field: string]: unknown }
}

/**
 * Writes the size, and where the target was written meanwhile writes it again, as long as nothing
 * but its size and its status changed. To decide anew would begin at the other end: what was made
 * smaller for a rollback, and is not yet noted as one, looks as if somebody had taken its pods away.
 */
export async function scale(
  effect: Extract<Effect, { kind: 'scale' }>,
  { scene, writer, deps }: { scene: Scene; writer: Writer; deps: Deps },
): Promise<boolean> {
  return rewriting(
    () => write(effect, scene, writer),
    () => isOnlyResized(scene, deps),
  )
}

/** Reads the target again, and has the scene see it where all but its size is as it was seen. */
async function isOnlyResized({ seen, snapshot }: Scene, { kube, signal }: Deps): Promise<boolean> {
  const ref = workloadRef(seen.canary, seen.canary.targetName)
  const known = ref && snapshot.find<Sized>(ref)
  const fresh = ref && known && (await kube.get<Sized>(ref, signal))
  if (!fresh || fresh.metadata.uid !== known.metadata.uid) return false
  if (!isDeepStrictEqual(sizeless(fresh), sizeless(known))) return false
  snapshot.put(fresh)
  return true
}

function sizeless({ metadata: { annotations, labels }, spec = {} }: Sized): unknown {
  const { replicas: _, ...rest } = spec
  return { annotations, labels, spec: rest }
}

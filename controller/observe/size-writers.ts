/** Who gave target and primary their size: asked only where the target is up at rest. */

import type { Observation } from '../../src/analysis/decision.ts'
import { isUpAtRest } from '../../src/analysis/rest.ts'
import type { Canary } from '../../src/canary/canary.ts'
import { KubeError } from '../../src/errors.ts'
import { createDeadline } from '../../src/io/deadline.ts'
import { referredKind, targetKinds } from '../../src/known-kinds.ts'
import { sizeWriter } from '../../src/workloads/size-writer.ts'
import type { SizeWriter, SizeWriters } from '../../src/workloads/workload.ts'
import type { Deps } from '../process/deps.ts'

const longestMs = 5_000

/**
 * The writers as the API server records them, which the cache leaves out: two requests for each
 * time that somebody scales a target up while no run is on.
 */
export async function readSizeWriters(
  seen: Observation,
  deps: Pick<Deps, 'kube' | 'clock' | 'signal' | 'log'>,
): Promise<SizeWriters | undefined> {
  const { canary } = seen
  if (canary.suspended || !isUpAtRest(seen) || !seen.workload.sizes) return undefined
  const deadline = createDeadline(deps.clock, longestMs, deps.signal)
  try {
    const [target, primary] = await Promise.all(
      [canary.targetName, canary.primaryName].map((name) => writerOf(canary, name, deadline, deps)),
    )
    return { target, primary }
  } catch (error) {
    if (!(error instanceof KubeError) || deps.signal.aborted) throw error
    // Without names the safe side is taken: no size is made smaller.
    deps.log.debug({ canary: canary.label, error: error.message }, 'writers not read')
    return undefined
  } finally {
    deadline.end()
  }
}

async function writerOf(
  { spec, namespace }: Canary,
  name: string,
  { signal }: { signal: AbortSignal },
  { kube }: Pick<Deps, 'kube'>,
): Promise<SizeWriter | undefined> {
  const known = referredKind(spec.targetRef, targetKinds)
  if (!known) return undefined
  const { apiVersion, kind } = known
  const found = await kube.get({ apiVersion, kind, namespace, name }, signal, {
    metadataOnly: true,
  })
  return found && sizeWriter(found)
}

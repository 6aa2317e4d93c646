/** What keeps pods from becoming ready, asked once: where a run ends because of them. */
import type { PodTrouble } from '../../../src/canary/api.gen.ts'
import type { Canary } from '../../../src/canary/canary.ts'
import { isRunning } from '../../../src/canary/phases.ts'
import { KubeError } from '../../../src/errors.ts'
import { createDeadline } from '../../../src/io/deadline.ts'
import type { Kube } from '../../../src/io/kube/kube.ts'
import { resourceKind } from '../../../src/known-kinds.ts'
import type { Find } from '../../../src/objects.ts'
import { type Pod, podTroubles } from '../../../src/workloads/pods/pod-trouble.ts'
import type { WorkloadObject } from '../../../src/workloads/shown.ts'
import type { WorkloadState } from '../../../src/workloads/workload.ts'
import type { Deps } from '../../process/deps.ts'

/** A rollback does not wait longer for its explanation. */
const longestMs = 5_000
/** Pods of one revision fail alike. */
const most = 50

/** Undefined where nothing is late. Where the pods can't be read, what their workload says. */
export async function latePods(
  canary: Canary,
  workload: WorkloadState,
  find: Find,
  deps: Pick<Deps, 'clock' | 'signal' | 'log'> & { kube: Pick<Kube, 'list'> },
): Promise<PodTrouble[] | undefined> {
  const name = lateWorkload(canary, workload)
  if (name === undefined) return undefined
  const { namespace, spec } = canary
  const { apiVersion = 'apps/v1', kind } = spec.targetRef
  const found = find<WorkloadObject>({ apiVersion, kind, namespace, name })
  const labelSelector = selectorOf(found)
  if (labelSelector === undefined) return undefined
  const deadline = createDeadline(deps.clock, longestMs, deps.signal)
  const options = { namespace, labelSelector, limit: most, signal: deadline.signal }
  try {
    return podTroubles((await deps.kube.list<Pod>(podKind, options)).items, found)
  } catch (error) {
    if (!(error instanceof KubeError) || deps.signal.aborted) throw error
    // The roles of Flagger grant no pods: the record says less, and the rollback is made.
    deps.log.debug({ canary: canary.label, error: error.message }, 'pods not read')
    return podTroubles([], found)
  } finally {
    deadline.end()
  }
}

const podKind = resourceKind({ apiVersion: 'v1', kind: 'Pod' })

/** The primary comes first, as in the decision. */
function lateWorkload(canary: Canary, { target, primary }: WorkloadState): string | undefined {
  if (!isRunning(canary.status.phase ?? '')) return undefined
  if (primary.state === 'failed') return canary.primaryName
  return target.state === 'failed' ? canary.targetName : undefined
}

function selectorOf(found: WorkloadObject | undefined): string | undefined {
  const labels = Object.entries(found?.spec?.selector?.matchLabels ?? {})
  return labels.length > 0 ? labels.map(([key, value]) => `${key}=${value}`).join(',') : undefined
}

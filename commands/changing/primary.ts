/** Whether a promotion under way has lost its primary: then it has no end to wait for. */
import type { Canary } from '../../src/canary/canary.ts'
import { isFinishing } from '../../src/canary/phases.ts'
import { KubeError } from '../../src/errors.ts'
import { shownWorkload } from '../../src/report/shown-kinds.ts'
import type { Session } from '../shell/session.ts'

/** Looks only during a promotion; what may not be read counts as there. */
export async function isPrimaryGone(
  { spec, status, namespace, primaryName: name }: Canary,
  { kube, signal }: Session,
): Promise<boolean> {
  const shown = shownWorkload(spec.targetRef)
  if (!shown || !isFinishing(status.phase ?? '')) return false
  const { apiVersion, kind } = shown.kind
  try {
    return (await kube.get({ apiVersion, kind, namespace, name }, signal)) === undefined
  } catch (error) {
    if (error instanceof KubeError && error.status === 403) return false
    throw error
  }
}

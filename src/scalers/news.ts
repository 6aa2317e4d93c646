/** Which changes of an autoscaler, or a budget, are news to its canary. */
import type { KubeObject } from '../objects.ts'
import { sameContent } from '../workloads/canonical.ts'
import { budgetKind } from '../workloads/copied/budgets.ts'
import { scalerKinds } from './registry.gen.ts'

const talkative = [...scalerKinds.flatMap(({ kinds }) => kinds), budgetKind]

/**
 * Whether an autoscaler or a budget did no more than say how it stands, which each does several times a minute,
 * and which nobody here reads. False for every other kind of object.
 */
export function isRoutine(object: KubeObject, previous: KubeObject): boolean {
  const isTalkative = talkative.some(
    ({ kind, apiVersion }) => kind === object.kind && apiVersion === object.apiVersion,
  )
  return isTalkative && sameContent(essence(object), essence(previous))
}

/** What an object says when its status and the number of its version are left out. */
function essence(object: KubeObject & { status?: unknown }): unknown {
  const { status: _, metadata, ...rest } = object
  const { resourceVersion: __, managedFields: ___, generation: ____, ...others } = metadata
  return { ...rest, metadata: others }
}

import type { Canary } from '../../src/canary/canary.ts'
import type { ObjectRef } from '../../src/objects.ts'
import { shownWorkload } from '../../src/report/shown-kinds.ts'

/** The target, or its primary, by name; undefined for a kind that nobody knows. */
export function workloadRef({ spec, namespace }: Canary, name: string): ObjectRef | undefined {
  const known = shownWorkload(spec.targetRef)?.kind
  return known && { apiVersion: known.apiVersion, kind: known.kind, namespace, name }
}

import type { Canary } from '../../src/canary/canary.ts'
import { referredKind, targetKinds } from '../../src/known-kinds.ts'
import type { ObjectRef } from '../../src/objects.ts'

/** The target, or its primary, by name; undefined for a kind that nobody knows. */
export function workloadRef({ spec, namespace }: Canary, name: string): ObjectRef | undefined {
  const known = referredKind(spec.targetRef, targetKinds)
  return known && { apiVersion: known.apiVersion, kind: known.kind, namespace, name }
}

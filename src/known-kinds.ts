/** How the kind of an object is found, whoever declares it. */
import { canarySpecShape } from './canary/shapes.gen.ts'
import { kinds } from './kinds.gen.ts'
import type { ResourceKind } from './resource-kind.ts'

/** The kind of an object or a reference; throws for one that nobody declares, which is a defect. */
export function resourceKind(of: { apiVersion: string; kind: string }): ResourceKind {
  const found = kinds.find(
    ({ apiVersion, kind }) => apiVersion === of.apiVersion && kind === of.kind,
  )
  if (!found) throw new Error(`kind ${of.apiVersion} ${of.kind} is declared nowhere in src/`)
  return found
}

/**
 * The kind that a reference of a Canary names, one of `among`: as in Flagger only its `kind`
 * counts, and whoever handles it knows the version. Undefined for one that nobody here handles.
 */
export function referredKind(
  { apiVersion = '', kind }: { apiVersion?: string; kind: string },
  among: readonly string[],
): ResourceKind | undefined {
  if (!among.includes(kind) || apiVersion.startsWith('serving.knative.dev/')) return undefined
  return kinds.find((one) => one.kind === kind)
}

/** What `spec.targetRef` may name. */
export const targetKinds: readonly string[] =
  canarySpecShape.properties.targetRef.properties.kind.enum

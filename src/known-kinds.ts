/** How the kind of an object is found, whoever declares it. */
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

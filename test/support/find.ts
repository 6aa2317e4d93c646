/** Objects as a cluster has them. */
import { type Find, type KubeObject, type ObjectRef, refKey, refOf } from '../../src/objects.ts'

/** Finds objects in a list; of two with one name, the later one. */
export function findIn(objects: readonly KubeObject[]): Find {
  const stored = new Map(objects.map((object) => [refKey(refOf(object)), object]))
  // What is stored under a reference has the type that the reference names.
  return <T extends KubeObject>(ref: ObjectRef) => stored.get(refKey(ref)) as T | undefined
}

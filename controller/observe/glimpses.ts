/** What the cache holds of objects that no canary refers to, to know what it would get in the way of. */
import type { KubeObject } from '../../src/objects.ts'
import type { ResourceKind } from '../../src/resource-kind.ts'
import { nameGlimpse } from '../../src/routers/parents.ts'
import { placeGlimpse } from '../../src/routers/rivals.ts'
import { isServiceKind, serviceBeside } from '../../src/routers/services/beside.ts'
import { isNeighbourKind, neighbourOf } from '../../src/workloads/identity/neighbours.ts'

/** How much of an object of this kind is held; undefined where nothing is. */
export function glimpsesOf(kind: ResourceKind): ((object: KubeObject) => KubeObject) | undefined {
  if (isNeighbourKind(kind)) return neighbourOf
  return isServiceKind(kind) ? serviceBeside : (placeGlimpse(kind) ?? nameGlimpse(kind))
}

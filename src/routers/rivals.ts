/**
 * Routing objects of others that take requests of the same host at the same gateway: which of the
 * two rules a request meets is up to chance, or to age, and no weight of ours is in force there.
 */
import { inBrief, type KubeObject, type ObjectRef, refKey, refOf } from '../objects.ts'
import type { ResourceKind } from '../resource-kind.ts'
import { providers } from './registry.gen.ts'

/** What is held of a routing object that no canary refers to; small, since there may be thousands. */
interface Placed extends KubeObject {
  places: readonly string[]
}

/** Undefined for kinds of which no two may be in each other's way. */
export function placeGlimpse(kind: ResourceKind): ((object: KubeObject) => KubeObject) | undefined {
  const found = rivalryOf(kind)
  return (
    found &&
    ((object): Placed => {
      const { apiVersion, metadata, ...rest } = inBrief(object)
      const { name, namespace } = metadata
      // Weights change all the time, and nothing here by that.
      const brief = { name, ...(namespace !== undefined && { namespace }) }
      return { ...rest, apiVersion, metadata: brief, places: found.placesOf(object) }
    })
  )
}

/** Where objects of this kind may be in each other's way. */
export function rivalryOf({ apiVersion, kind }: Omit<ResourceKind, 'plural' | 'namespaced'>) {
  return providers
    .flatMap(({ rivalry }) => rivalry ?? [])
    .find(({ kinds }) => kinds.some((one) => one.kind === kind && one.apiVersion === apiVersion))
}

/** One sentence for each object of somebody else that takes what one of ours takes. */
export function rivalsOf(
  own: readonly KubeObject[],
  others: Iterable<KubeObject>,
  reads: readonly ObjectRef[],
): string[] {
  const ours = new Set(reads.map(refKey))
  const mine = own.flatMap((object) => {
    const rivalry = rivalryOf(object)
    return (rivalry?.placesOf(object) ?? []).map((place) => ({ place, object, rivalry }))
  })
  return [...others].flatMap((other) => {
    if (ours.has(refKey(refOf(other)))) return []
    const places = (other as Placed).places ?? []
    const shared = mine.find(
      ({ place, object }) => object.kind === other.kind && places.includes(place),
    )
    if (!shared?.rivalry) return []
    const [ownName, otherName] = [shared.object, other].map(nameOf)
    return [
      `${other.kind} ${otherName} takes ${shared.place}, as ${ownName} of this canary does: users that ` +
        `it takes never meet the weights of a run; ${shared.rivalry.remedy}`,
    ]
  })
}

function nameOf({ metadata: { name, namespace } }: KubeObject): string {
  return namespace === undefined ? name : `${name}.${namespace}`
}

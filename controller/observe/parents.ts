/** Gateways that a Canary names: requests come to its routes by them, or not at all. */
import { resourceKind } from '../../src/known-kinds.ts'
import type { ObjectRef } from '../../src/objects.ts'
import type { Parent, Router, RouterSubject } from '../../src/routers/router.ts'
import type { Deps } from '../process/deps.ts'

type Seen = Pick<Deps['cache'], 'get' | 'synced' | 'glimpses'>

interface Absence {
  /** One sentence for each that is not there. */
  warnings: string[]
  /** Why nobody is led by the routes; absent where somebody may be. */
  why?: string
}

/** What is to be followed so that `absentParents` can tell. */
export function parentRefs(router: Router, of: RouterSubject): ObjectRef[] {
  return (router.parents?.(of) ?? []).flatMap(({ ref }) => ref ?? [])
}

/**
 * Which of them are not there, as far as we may look. A cluster that has none of the kind at all
 * may keep them elsewhere: there nobody is held for want of one.
 */
export function absentParents(router: Router, of: RouterSubject, cache: Seen): Absence {
  const parents = router.parents?.(of) ?? []
  const absent = parents.flatMap((parent) => absenceOf(parent, cache) ?? [])
  const warnings = [...new Set(absent.map(({ sentence }) => sentence))]
  const [first] = warnings
  const isCutOff = absent.length === parents.length && absent.every(({ others }) => others > 0)
  return { warnings, ...(first !== undefined && isCutOff && { why: first }) }
}

function absenceOf({ field, ref }: Parent, cache: Seen) {
  if (!ref) return undefined
  const kind = resourceKind(ref)
  if (!cache.synced(kind) || cache.get(ref)) return undefined
  const others = cache.glimpses(kind).map(({ metadata }) => nameOf(metadata))
  const name = `${ref.kind} ${nameOf(ref)}`
  const sentence = `${field} names ${name}, which is not there: create it, or ${remedy(others)}`
  return { sentence, others: others.length }
}

/** Others than this many are no help. */
const mostNamed = 3

function remedy(others: readonly string[]): string {
  if (others.length === 0) return 'correct the field'
  const named = [...others].sort().slice(0, mostNamed)
  const more = others.length > mostNamed ? ', …' : ''
  return `name one that is (${named.join(', ')}${more})`
}

const nameOf = ({ name, namespace }: { name: string; namespace?: string }): string =>
  namespace === undefined ? name : `${name}.${namespace}`

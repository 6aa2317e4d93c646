/**
 * What others in the namespace mean for a canary. Hundreds of canaries may be due at once: each
 * compares itself with all others when one of them was changed, and not at every look.
 */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import type { Defaults } from '../../src/canary/canary.ts'
import { conflictOf } from '../../src/canary/names/conflicts.ts'
import type { Cache } from '../../src/io/kube/cache/cache.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import type { ResourceKind } from '../../src/resource-kind.ts'
import { claimsOf, providerFor, routerFor } from '../../src/routers/index.ts'
import { rivalsOf } from '../../src/routers/rivals.ts'
import type { RouterContext } from '../../src/routers/router.ts'
import {
  type Neighbour,
  neighbourKinds,
  sharedPods,
} from '../../src/workloads/identity/neighbours.ts'
import type { WorkloadState } from '../../src/workloads/workload.ts'

export interface Surroundings {
  /** What it was made of; another one, and it is made anew. */
  edition: string
  /** The sentence for a canary that claims what an older one has. */
  conflict: string | undefined
  /** The sentences for Services that would select another workload's pods too. */
  shared: readonly string[]
  /** The sentences for routing objects of others that take the same requests. */
  rivals: readonly string[]
}

interface Place {
  routerContext: RouterContext
  state: WorkloadState
  deps: {
    cache: Pick<Cache, 'list' | 'glimpses' | 'edition'>
    settings: { defaults: Defaults }
  }
}

/** What is kept of a canary from one look to the next. */
interface Kept {
  surroundings: Surroundings | undefined
}

/** As of the last change of any other canary or workload; kept in `memory`. */
export function surroundingsOf({ memory, ...place }: Place & { memory: Kept }): Surroundings {
  const edition = editionOf(place)
  if (memory.surroundings?.edition === edition) return memory.surroundings
  const { canary, facts } = place.routerContext
  const { cache, settings } = place.deps
  const others = cache.list<CanaryResource>(resourceKind(canary.resource), canary.namespace)
  const found = {
    edition,
    conflict: conflictOf(canary, others, { ...settings.defaults, claimsOf }),
    shared: sharedPods(canary, facts, neighboursOf(place)),
    rivals: rivalsIn(place),
  }
  memory.surroundings = found
  return found
}

function rivalsIn({ routerContext, deps }: Place): string[] {
  const reads = routerFor(routerContext.canary.provider).reads(routerContext)
  const own = reads.flatMap((ref) => routerContext.find(ref) ?? [])
  const kinds = rivalryFor(routerContext.canary)
  return rivalsOf(
    own,
    kinds.flatMap((kind) => deps.cache.glimpses(kind)),
    reads,
  )
}

function rivalryFor({ provider }: RouterContext['canary']): readonly ResourceKind[] {
  return providerFor(provider).rivalry?.kinds ?? []
}

/** Other workloads of the namespace. They are watched anyway, so that their labels cost no request. */
export function neighboursOf({ routerContext, state, deps }: Place): Neighbour[] {
  // Without a target the labels are a guess, and a Service has none.
  if (!hasPods({ routerContext, state })) return []
  const { namespace } = routerContext.canary
  return neighbourKinds.flatMap((kind) => deps.cache.glimpses<Neighbour>(kind, namespace))
}

function hasPods({ routerContext, state }: Pick<Place, 'routerContext' | 'state'>): boolean {
  const { targetRef } = routerContext.canary.spec
  return (
    state.target.state !== 'missing' && neighbourKinds.some(({ kind }) => kind === targetRef.kind)
  )
}

function editionOf(place: Place): string {
  const { canary, facts } = place.routerContext
  const { targetLabels, primaryLabels, furtherLabels } = facts
  const kinds = [resourceKind(canary.resource), ...neighbourKinds, ...rivalryFor(canary)]
  const editions = kinds.map((kind) => place.deps.cache.edition(kind))
  const { uid, generation } = canary.metadata
  const own = [uid, generation, hasPods(place), targetLabels, primaryLabels, furtherLabels?.labels]
  return JSON.stringify([editions, own])
}

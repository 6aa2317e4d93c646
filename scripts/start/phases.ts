/** Waits for what the controller makes of the canary. */
import type { CanaryResource, Phase } from '../../src/canary/api.gen.ts'
import { refKey, refOf } from '../../src/objects.ts'
import type { Store } from '../../src/sandbox/api/store.ts'
import { canaryRef } from './manifests.ts'

export interface Patience {
  withinMs: number
  signal: AbortSignal
}

/** Somebody asked something of the canary, and the story takes another turn. */
export class OtherTurn extends Error {
  override readonly name = 'OtherTurn'
}

const ends: readonly (Phase | undefined)[] = ['Initialized', 'Succeeded', 'Failed']

/** Resolves in this phase. Rejects in another phase that ends a run, and after `withinMs`. */
export function phaseReached(store: Store, wanted: Phase, patience: Patience): Promise<void> {
  const from = store.get<CanaryResource>(canaryRef)?.status?.phase
  return canaryBecomes(store, patience, wanted, (resource) => {
    const { phase } = resource.status ?? {}
    if (phase !== wanted && ends.includes(phase) && phase !== from)
      throw otherwise(resource, `the canary is ${phase}, and should be ${wanted}`)
    return phase === wanted
  })
}

/** Resolves once so much of the traffic reaches the canary. */
export function weightReached(store: Store, weight: number, patience: Patience): Promise<void> {
  return canaryBecomes(
    store,
    patience,
    `at weight ${weight}`,
    ({ status = {} }) => (status.canaryWeight ?? 0) >= weight,
  )
}

/** A failure, or what came of a wish that somebody had beside the story. */
function otherwise(resource: CanaryResource | undefined, failure: string): Error {
  if (!resource) return new OtherTurn('podinfo has no canary any more: somebody deleted it')
  const { phase, requests = {}, history = [] } = resource.status ?? {}
  const [verb] = Object.keys(requests)
  if (verb === undefined) return new Error(failure)
  const [ended] = history
  const isOver = phase === 'Failed' || phase === 'Succeeded' || phase === 'Initialized'
  const why = isOver && ended?.reason ? ended.reason : `somebody asked for "${verb}"`
  return new OtherTurn(`podinfo is ${phase}: ${why}`)
}

/** Resolves when the test holds; rejects with what it throws, after `withinMs`, or by the signal. */
function canaryBecomes(
  store: Store,
  { withinMs, signal }: Patience,
  what: string,
  test: (canary: CanaryResource) => boolean,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = (canary: CanaryResource) => {
    try {
      if (test(canary)) resolve()
    } catch (error) {
      reject(error)
    }
  }
  const unwatch = store.watch(({ object }) => {
    if (refKey(refOf(object)) === refKey(canaryRef)) look(object as CanaryResource)
  })
  const timer = setTimeout(() => {
    const now = store.get<CanaryResource>(canaryRef)
    reject(otherwise(now, `the canary was not ${what} within ${withinMs / 1_000} s`))
  }, withinMs)
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  const present = store.get<CanaryResource>(canaryRef)
  if (present) look(present)
  return promise.finally(() => {
    unwatch()
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  })
}

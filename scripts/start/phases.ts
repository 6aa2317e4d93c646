/** Waits for what the controller makes of the canary. */
import type { CanaryResource, Phase } from '../../src/canary/api.gen.ts'
import { refKey, refOf } from '../../src/objects.ts'
import type { Store } from '../../src/sandbox/api/store.ts'
import { canaryRef } from './manifests.ts'

export interface Patience {
  withinMs: number
  signal: AbortSignal
}

const ends: readonly (Phase | undefined)[] = ['Initialized', 'Succeeded', 'Failed']

/** Resolves in this phase. Rejects in another phase that ends a run, and after `withinMs`. */
export function phaseReached(store: Store, wanted: Phase, patience: Patience): Promise<void> {
  const from = store.get<CanaryResource>(canaryRef)?.status?.phase
  return canaryBecomes(store, patience, wanted, ({ status = {} }) => {
    const { phase } = status
    if (phase !== wanted && ends.includes(phase) && phase !== from)
      throw new Error(`the canary is ${phase}, and should be ${wanted}`)
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
  const timer = setTimeout(
    () => reject(new Error(`the canary was not ${what} within ${withinMs / 1_000} s`)),
    withinMs,
  )
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

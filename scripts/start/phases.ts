/** Waits for what the controller makes of the canary. */
import type { CanaryResource, Phase } from '../../src/canary/api.gen.ts'
import { refKey, refOf } from '../../src/objects.ts'
import type { Store } from '../../src/sandbox/api/store.ts'
import { canaryRef } from './manifests.ts'

const ends: readonly (Phase | undefined)[] = ['Initialized', 'Succeeded', 'Failed']

/** Resolves in this phase. Rejects in another phase that ends a run, and after `withinMs`. */
export function phaseReached(
  store: Store,
  wanted: Phase,
  { withinMs, signal }: { withinMs: number; signal: AbortSignal },
): Promise<void> {
  const from = store.get<CanaryResource>(canaryRef)?.status?.phase
  return new Promise((resolve, reject) => {
    const look = (phase: Phase | undefined) => {
      if (phase === wanted) end(resolve)
      else if (ends.includes(phase) && phase !== from)
        end(() => reject(new Error(`the canary is ${phase}, and should be ${wanted}`)))
    }
    const unwatch = store.watch(({ object }) => {
      if (refKey(refOf(object)) === refKey(canaryRef))
        look((object as CanaryResource).status?.phase)
    })
    const timer = setTimeout(() => {
      end(() => reject(new Error(`the canary was not ${wanted} within ${withinMs / 1_000} s`)))
    }, withinMs)
    const onAbort = () => end(() => reject(signal.reason))
    function end(then: () => void) {
      unwatch()
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      then()
    }
    signal.addEventListener('abort', onAbort)
    look(from)
  })
}

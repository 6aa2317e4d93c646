/** What a person wants now goes before a check that is under way, which may take minutes. */
import type { Observation } from '../../src/analysis/decision.ts'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { type KubeObject, refKey } from '../../src/objects.ts'
import type { Requests } from '../../src/requests/fields.ts'
import { readRequests } from '../../src/requests/request.ts'
import { canaryRef } from '../observe/observe.ts'
import type { Deps } from '../process/deps.ts'
import type { Scene } from '../tick/scene.ts'

/** What it takes to hear of an interruption. */
interface Hearing extends Pick<Deps, 'signal'> {
  cache: Pick<Deps['cache'], 'get' | 'onChange'>
}

/**
 * The outcome of the work; undefined when it was given up because the canary was deleted or
 * suspended, or somebody asked something of it: then it is time to look again.
 */
export async function unlessInterrupted<T, D extends Hearing>(
  { key, seen }: Pick<Scene, 'key' | 'seen'>,
  deps: D,
  work: (deps: D) => Promise<T>,
): Promise<T | undefined> {
  const ref = canaryRef(key)
  if (isUrgent(deps.cache.get<CanaryResource>(ref), seen)) return undefined
  const interrupted = new AbortController()
  const stopListening = deps.cache.onChange((changed) => {
    if (refKey(changed) !== refKey(ref)) return
    if (isUrgent(deps.cache.get<CanaryResource>(ref), seen)) interrupted.abort()
  })
  const signal = AbortSignal.any([deps.signal, interrupted.signal])
  try {
    return await work({ ...deps, signal })
  } catch (error) {
    if (interrupted.signal.aborted && !deps.signal.aborted) return undefined
    throw error
  } finally {
    stopListening()
  }
}

/** Whether somebody asks something of the Canary that they did not ask before. */
export function isOrdered(now: KubeObject | undefined, before: KubeObject | undefined): boolean {
  if (!now) return false
  if (now.metadata.deletionTimestamp !== before?.metadata.deletionTimestamp) return true
  const known = readRequests(before?.metadata.annotations)
  return readRequests(now.metadata.annotations).some((request) => !isKnown(request, known))
}

function isKnown({ annotation, value }: Requests[number], known: Requests): boolean {
  return known.some((one) => one.annotation === annotation && one.value === value)
}

/** Whether the Canary as it is now asks for something else than what was seen. */
export function isUrgent(
  now: CanaryResource | undefined,
  { canary, requests }: Pick<Observation, 'canary' | 'requests'>,
): boolean {
  if (!now || now.metadata.uid !== canary.metadata.uid) return true
  if (now.metadata.deletionTimestamp !== undefined || now.spec?.suspend === true) return true
  return readRequests(now.metadata.annotations).some((request) => !isKnown(request, requests))
}

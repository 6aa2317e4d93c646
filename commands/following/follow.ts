/** Follows one canary through every change, whatever happens to the connection. */

import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { KubeError } from '../../src/errors.ts'
import type { Clock } from '../../src/io/clock.ts'
import { pause } from '../../src/io/deadline.ts'
import type { Kube } from '../../src/io/kube/kube.ts'
import { backoffMs } from '../../src/retry.ts'
import { canaryKind } from '../input/find-canaries.ts'

/** Between two tries to reach the server. */
const pauses = { firstMs: 1_000, mostMs: 30_000 }

export interface FollowOptions {
  kube: Kube
  clock: Clock
  signal: AbortSignal
  /** Called once when the connection is lost, not at each attempt. */
  onLost?: (error: KubeError) => void
}

/**
 * Yields the canary as it is now, then every change; ends when the signal does, or when it was
 * deleted (which an object of the same name and another uid also means).
 */
export async function* followCanary(
  start: CanaryResource,
  options: FollowOptions,
): AsyncGenerator<CanaryResource> {
  const { signal } = options
  const place: Place = { ...options, start, version: start.metadata.resourceVersion ?? '0' }
  yield start
  for (let failures = 0; !signal.aborted; ) {
    try {
      if ((yield* watchOnce(place, () => (failures = 0))) === 'deleted') return
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      await afterLoss(worthAnotherTry(error), failures, options)
    }
    if (signal.aborted) return
    const again = await reread(place)
    if (again === 'gone') return
    if (again) yield again
  }
}

/** Waits before the next try; a watch that is merely too old is begun again at once. */
async function afterLoss(
  failure: KubeError,
  failures: number,
  { clock, signal, onLost }: FollowOptions,
): Promise<void> {
  if (failure.status === 410) return
  if (failures === 1) onLost?.(failure)
  await pause(clock, backoffMs(failures - 1, pauses), signal)
}

interface Place extends FollowOptions {
  start: CanaryResource
  /** Where the next watch goes on. */
  version: string
}

/** One watch, until the server ends it. */
async function* watchOnce(
  place: Place,
  onAnswer: () => void,
): AsyncGenerator<CanaryResource, 'deleted' | 'ended'> {
  const { name, namespace = '' } = place.start.metadata
  const events = place.kube.watch<CanaryResource>(canaryKind, {
    namespace,
    fieldSelector: `metadata.name=${name}`,
    resourceVersion: place.version,
    signal: place.signal,
  })
  for await (const { type, object } of events) {
    onAnswer()
    place.version = object.metadata.resourceVersion ?? place.version
    if (type === 'BOOKMARK' || object.metadata.name !== name) continue
    if (type === 'DELETED') return 'deleted'
    yield object
  }
  return 'ended'
}

/**
 * Asks until there is an answer, for as long as the server is away, and tells how many have failed
 * before; undefined when the signal has ended. Refusals that time does not mend are thrown on.
 */
export async function patiently<T>(
  { clock, signal, onLost }: Pick<FollowOptions, 'clock' | 'signal' | 'onLost'>,
  ask: (failures: number) => Promise<T>,
): Promise<T | undefined> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      return await ask(failures - 1)
    } catch (error) {
      if (signal.aborted) return undefined
      const failure = worthAnotherTry(error)
      if (failures === 1) onLost?.(failure)
      await pause(clock, backoffMs(failures - 1, pauses), signal)
    }
  }
  return undefined
}

/** The canary as it is after a watch has ended, when it is not as it was before. */
async function reread(place: Place): Promise<CanaryResource | 'gone' | undefined> {
  const { kube, signal, start, version } = place
  const { name, namespace = '', uid } = start.metadata
  const { apiVersion, kind } = canaryKind
  try {
    const found = await kube.get<CanaryResource>({ apiVersion, kind, namespace, name }, signal)
    if (!found || found.metadata.uid !== uid) return 'gone'
    place.version = found.metadata.resourceVersion ?? version
    return place.version === version ? undefined : found
  } catch (error) {
    worthAnotherTry(error)
    return undefined
  }
}

/** Refusals that time does not mend are thrown on. */
function worthAnotherTry(error: unknown): KubeError {
  if (!(error instanceof KubeError) || error.status === 401 || error.status === 403) throw error
  return error
}

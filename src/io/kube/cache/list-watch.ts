/** Follows one kind for as long as the process lives: list once, then watch, come what may. */

import { KubeError } from '../../../errors.ts'
import type { KubeObject } from '../../../objects.ts'
import type { ResourceKind } from '../../../resource-kind.ts'
import { backoffMs, jittered } from '../../../retry.ts'
import type { Clock } from '../../clock.ts'
import { pause } from '../../deadline.ts'
import type { Kube, WatchEvent } from '../kube.ts'
import { pagesOf } from '../pages.ts'
import { isOlder } from './versions.ts'

/** `missing`: the server does not serve the kind. `forbidden`: we may not list or watch it. */
export type FollowState = 'connecting' | 'synced' | 'missing' | 'forbidden'

export interface Follower {
  /** A list begins: what it does not have is gone. */
  listing(): void
  /** An object of the list; it may be older than what was seen before, and counts all the same. */
  take(object: KubeObject): void
  /** An object that the watch tells of: new, or changed. */
  put(object: KubeObject): void
  /** An object that is gone, as it was last. */
  remove(object: KubeObject): void
  /** The list is complete. */
  listed(): void
  /** Called when the state may have changed; `message` says why it is not `synced`. */
  state(state: FollowState, message: string): void
}

export interface ListWatchOptions {
  kube: Kube
  clock: Clock
  /** Answers a number in [0, 1). */
  random: () => number
  kind: ResourceKind
  /** Absent follows every namespace. */
  namespace?: string | undefined
  labelSelector?: string | undefined
  metadataOnly?: boolean
  /** Begin a moment later, when the caller is done with what it does now. */
  delayed?: boolean
  /** Milliseconds of silence that end a watch; a living server sends bookmarks every minute. */
  idleTimeoutMs?: number
}

export interface ListWatch {
  /** Lists again as soon as possible, instead of trusting what was seen so far. */
  relist(): void
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>
}

const slowestRetryMs = 30_000
/** Reason of a watch that the server ended at once. */
const ended = 'Ended'

/** Starts following; it never gives up, and reports what it cannot do as a state. */
export function followKind(options: ListWatchOptions, follower: Follower): ListWatch {
  const stopped = new AbortController()
  let watching = new AbortController()
  let version: string | undefined
  let failures = 0
  /** The server may be another one than before, or the same with older data. */
  let isDoubtful = false

  async function run(): Promise<void> {
    if (options.delayed) await pause(options.clock, 0, stopped.signal)
    while (!stopped.signal.aborted) {
      const waitMs = await turn()
      if (waitMs > 0) await pause(options.clock, waitMs, watching.signal)
    }
  }

  /** One list or one watch; answers how long to wait before the next. */
  async function turn(): Promise<number> {
    // Renewed before the request, so that a relist asked for during it is not lost.
    if (watching.signal.aborted) {
      watching = new AbortController()
      version = undefined
      if (stopped.signal.aborted) return 0
    }
    try {
      if (version === undefined) {
        version = await list(options, follower, watching.signal)
        isDoubtful = false
        follower.state('synced', '')
      } else if (isDoubtful && (await isRestored(version))) {
        version = undefined
      } else {
        isDoubtful = false
        await watch(version)
        failures = 0
      }
      return 0
    } catch (error) {
      return watching.signal.aborted ? 0 : afterFailure(error)
    }
  }

  /**
   * Whether the server's data are older than what was seen of it, as after a backup was restored:
   * it would take a watch from a version of the future, and say nothing until it gets there.
   */
  async function isRestored(seen: string): Promise<boolean> {
    const { kube, kind } = options
    const probe = { ...scopeOf(options), signal: watching.signal, limit: 1 }
    const { resourceVersion } = await kube.list(kind, probe)
    return isOlder(resourceVersion, seen)
  }

  async function watch(from: string): Promise<void> {
    const { kube, kind, clock } = options
    const started = clock.monotonicMs()
    const timeoutSeconds = 300 + Math.floor(options.random() * 300)
    const events = kube.watch(kind, {
      ...scopeOf(options),
      resourceVersion: from,
      timeoutSeconds,
      idleTimeoutMs: options.idleTimeoutMs ?? 150_000,
      signal: watching.signal,
      onOpen: () => follower.state('synced', ''),
    })
    let seen = 0
    for await (const event of events) {
      seen += 1
      const next = event.object.metadata.resourceVersion ?? version
      if (event.type !== 'DELETED' && isOlder(next, version)) throw wentBack()
      failures = 0
      version = next
      pass(event, follower)
    }
    isDoubtful = clock.monotonicMs() - started < timeoutSeconds * 1_000
    // A server that ends every watch at once must not be asked without a pause.
    const isUseless = seen === 0 && clock.monotonicMs() - started < 1_000
    if (isUseless && !watching.signal.aborted)
      throw new KubeError('the server ends the watch at once', { status: 0, reason: ended })
  }

  /** Reports the failure, and answers how long to wait before trying again. */
  function afterFailure(error: unknown): number {
    const failure = asKubeError(error)
    failures += 1
    const next = afterwards(failure, version !== undefined)
    const backoff = pauseMs(failures, options.random())
    if (next === 'absent') {
      if (failure.status === 404) forgetAll(follower)
      follower.state(failure.status === 404 ? 'missing' : 'forbidden', failure.message)
      return slowestRetryMs * (1 + options.random() / 2)
    }
    if (next !== 'resume') version = undefined
    isDoubtful = true
    if (isHarmless(failure)) return failures === 1 ? 0 : backoff
    follower.state('connecting', failure.message)
    return Math.max(backoff, failure.retryAfterMs ?? 0)
  }

  const running = run()
  return {
    relist: () => watching.abort(),
    async stop() {
      stopped.abort()
      watching.abort()
      await running
    },
  }
}

/** Passes on every object page by page; answers the resourceVersion to watch from. */
async function list(
  options: ListWatchOptions,
  follower: Follower,
  signal: AbortSignal,
): Promise<string> {
  const { kube, kind } = options
  const scope = { ...scopeOf(options), signal }
  let version = ''
  follower.listing()
  for await (const page of pagesOf(kube, kind, scope)) {
    if (page.isAnew) follower.listing()
    version = page.resourceVersion
    for (const object of page.items) follower.take(object)
  }
  follower.listed()
  return version
}

function pass(event: WatchEvent<KubeObject>, follower: Follower): void {
  if (event.type === 'BOOKMARK') return
  if (event.type === 'DELETED') follower.remove(event.object)
  else follower.put(event.object)
}

/**
 * What to do after a failure: `absent` says that the kind cannot be listed at all, `relist` that
 * the place to resume from may be to blame, which a broken connection never is.
 */
function afterwards({ status }: KubeError, isWatching: boolean): 'absent' | 'relist' | 'resume' {
  // A watch knows less than a list: ask that before a kind counts as absent.
  if (!isWatching && (status === 404 || status === 403)) return 'absent'
  return status >= 400 && status < 500 && status !== 429 ? 'relist' : 'resume'
}

/** Part of a watch's life: worth another try at once, and no word to anybody. */
function isHarmless({ status, reason }: KubeError): boolean {
  return (
    status === 410 || status === 404 || status === 403 || reason === 'Timeout' || reason === ended
  )
}

/** Handled as an expired version is: the list tells what is so. */
function wentBack(): KubeError {
  return new KubeError('the server went back to older data', { status: 410, reason: 'Expired' })
}

function asKubeError(error: unknown): KubeError {
  return error instanceof KubeError
    ? error
    : new KubeError(String(error), { status: 0, cause: error })
}

/** A kind that is not served has no objects. */
function forgetAll(follower: Follower): void {
  follower.listing()
  follower.listed()
}

function scopeOf({ namespace, labelSelector, metadataOnly }: ListWatchOptions) {
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(metadataOnly === undefined ? {} : { metadataOnly }),
  }
}

/** 1 s doubling to 30 s. */
function pauseMs(failures: number, random: number): number {
  return jittered(backoffMs(failures - 1, { firstMs: 1_000, mostMs: slowestRetryMs }), random)
}

/**
 * Requests to the outside under way at a time, shared by namespaces: hooks that hang in one of
 * them take nothing from the others. Who finds no place waits its turn, before its time-out begins.
 */
import { ProviderError } from '../../src/errors.ts'
import type { Http } from '../../src/io/http.ts'
import { createFairLine } from './fair-line.ts'
import { createPlaces } from './places.ts'

export interface SharesOptions {
  /** Requests under way, of all namespaces together. */
  most: number
  /** No request takes longer, whatever its time-out says. */
  longestMs: number
}

/** What does not wait behind the hooks and metrics of its own namespace. */
export type Beside = 'alerts' | 'events'

export interface Shares {
  /** The same port, for what the namespace asks, or for what it sends beside that. */
  of(namespace: string, http: Http, beside?: Beside): Http
}

interface Waiting {
  enter(): void
  /** Does not wait any more. */
  isGone: boolean
}

/** So many who gave up are cleared away together. */
const mostGone = 1_000

/** At most `most` requests at a time; `longestMs` bounds how long one may hold its place. */
export function createShares({ most, longestMs }: SharesOptions): Shares {
  const places = createPlaces(most, namespaceOf)
  const waiting = createFairLine<Waiting>()
  let gone = 0

  function leave(lane: string): void {
    places.release(lane)
    for (let next = waiting.take(places.has); next; next = waiting.take(places.has))
      if (next.isGone) gone -= 1
      else next.enter()
  }

  /** Who gave up would stay in line until the turn comes, which may be hours. */
  function sweep(): void {
    gone += 1
    if (gone < mostGone) return
    waiting.sweep(({ isGone }) => !isGone)
    gone = 0
  }

  /** Resolves with a place taken, or with none where the signal aborted. */
  function enter(lane: string, signal: AbortSignal | undefined): Promise<boolean> {
    if (places.has(lane)) {
      places.take(lane)
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const turn: Waiting = {
        isGone: false,
        enter() {
          signal?.removeEventListener('abort', giveUp)
          places.take(lane)
          resolve(true)
        },
      }
      const giveUp = (): void => {
        turn.isGone = true
        resolve(false)
        sweep()
      }
      signal?.addEventListener('abort', giveUp, { once: true })
      waiting.add(lane, turn)
    })
  }

  return {
    of: (namespace, http, beside) => async (request, signal) => {
      const lane = beside ? `${beside} of ${namespace}` : namespace
      if (signal?.aborted || !(await enter(lane, signal))) throw new ProviderError('given up')
      try {
        const timeoutMs = bounded(request.timeoutMs, longestMs)
        return await http({ ...request, timeoutMs, tenant: lane }, signal)
      } finally {
        leave(lane)
      }
    },
  }
}

/** Of no time-out at all, too. */
function bounded(timeoutMs: number, longestMs: number): number {
  return timeoutMs > 0 ? Math.min(timeoutMs, longestMs) : longestMs
}

/** Names of namespaces have no blanks. */
function namespaceOf(lane: string): string {
  return lane.slice(lane.lastIndexOf(' ') + 1)
}

/** What was said of a canary's troubles, so that a wait is not a stream of events. */

export interface Said {
  /**
   * Tells whether a message is worth an event now, by a clock that only grows, and takes it for
   * said if so.
   */
  isNews(message: string, nowMs: number): boolean
  /** Forgets all but these: what comes back later is news again. */
  retain(messages: readonly string[]): void
}

/** A stuck canary says why when it gets stuck, and again as long as somebody may come to look. */
const sayAgainMs = 5 * 60_000
/**
 * The same trouble with other numbers, such as pods that come up one by one; each time it takes
 * twice as long, because a number of a request, or a time, is another one for ever.
 */
const sayProgressMs = 30_000

interface Saying {
  message: string
  at: number
  /** How long other numbers of it wait. */
  patienceMs: number
}

export function createSaid(): Said {
  const said = new Map<string, Saying>()
  return {
    isNews(message, nowMs) {
      const last = said.get(shapeOf(message))
      const age = last ? nowMs - last.at : Number.POSITIVE_INFINITY
      const isOther = last !== undefined && last.message !== message
      const waitMs = isOther ? last.patienceMs : sayAgainMs
      if (age < waitMs) return false
      const patienceMs = isOther ? Math.min(sayAgainMs, waitMs * 2) : sayProgressMs
      said.set(shapeOf(message), { message, at: nowMs, patienceMs })
      return true
    },
    retain(messages) {
      const shapes = new Set(messages.map(shapeOf))
      for (const shape of said.keys()) if (!shapes.has(shape)) said.delete(shape)
    },
  }
}

/** Words with digits count as numbers: times, addresses, ids of requests. */
function shapeOf(message: string): string {
  return message.replace(/\S*\d\S*/g, '#')
}

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
/** The same trouble with other numbers, such as pods that come up one by one. */
const sayProgressMs = 30_000

export function createSaid(): Said {
  const said = new Map<string, { message: string; at: number }>()
  return {
    isNews(message, nowMs) {
      const last = said.get(shapeOf(message))
      const age = last ? nowMs - last.at : Number.POSITIVE_INFINITY
      const isNews = age >= (last?.message === message ? sayAgainMs : sayProgressMs)
      if (isNews) said.set(shapeOf(message), { message, at: nowMs })
      return isNews
    },
    retain(messages) {
      const shapes = new Set(messages.map(shapeOf))
      for (const shape of said.keys()) if (!shapes.has(shape)) said.delete(shape)
    },
  }
}

function shapeOf(message: string): string {
  return message.replace(/\d+/g, '#')
}

/** Who may wait gives way to who may not, while there is more to send than there are connections. */
import type { Clock } from '../../clock.ts'

export interface RightOfWay {
  /** A request that others give way to begins; the answer tells that it has ended. */
  begin(): () => void
  /** Resolves when so little is under way that nobody is held up, and after the limit anyway. */
  give(signal?: AbortSignal): Promise<void>
}

/** While the API server is busy news is late by this, in milliseconds, and not by more. */
const longestMs = 5_000

/** Where up to `connections` requests are under way, none of them waits for another. */
export function createRightOfWay(clock: Pick<Clock, 'after'>, connections: number): RightOfWay {
  let underWay = 0
  const waiting = new Set<() => void>()

  function end(): void {
    underWay -= 1
    if (underWay >= connections) return
    // One for each that has ended: all at once would be in the way of those who come next.
    const [first] = waiting
    if (underWay > 0) first?.()
    else for (const go of waiting) go()
  }

  return {
    begin() {
      underWay += 1
      return end
    },
    give: (signal) =>
      new Promise((resolve) => {
        if (underWay < connections || signal?.aborted) return resolve()
        const cancel = clock.after(longestMs, go)
        signal?.addEventListener('abort', go)
        waiting.add(go)
        function go(): void {
          cancel()
          signal?.removeEventListener('abort', go)
          waiting.delete(go)
          resolve()
        }
      }),
  }
}

/** What waits to be written as events about one object. Pure. */
import type { KubeObject } from '../../objects.ts'

export interface PendingEvent {
  regarding: KubeObject
  type: 'Normal' | 'Warning'
  message: string
  at: Date
  /** How often it was said in a row. */
  times: number
  /** Name of the Event object, once it was chosen. */
  name?: string
}

/** While the API server is away, this many messages are kept of one object, */
const mostPerObject = 40
/** and this many in all, besides the last word about each. */
const mostInAll = 1_000

/** Whether so much waits, by the lengths of all queues, that each keeps its newest message only. */
export function isFull(lengths: readonly number[]): boolean {
  return lengths.reduce((sum, length) => sum + length, 0) >= mostInAll
}

/** The queue with one more message; the oldest go when there is no room, the newest never does. */
export function push(
  queue: readonly PendingEvent[],
  event: PendingEvent,
  isCrowded: boolean,
): PendingEvent[] {
  const last = queue.at(-1)
  if (last && last.type === event.type && last.message === event.message)
    return [...queue.slice(0, -1), { ...last, at: event.at, times: last.times + 1 }]
  if (isCrowded) return [event]
  return [...queue, event].slice(-mostPerObject)
}

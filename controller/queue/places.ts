/**
 * Places that lanes share, such as the slots of the queue. A lane may take one more while it holds
 * less than what is still free: alone it comes to half of all, of n greedy ones each to an equal
 * part, and one that holds nothing always finds a place, whatever the others do.
 */
export interface Places {
  /** Whether the lane may take one more. */
  has(lane: string): boolean
  take(lane: string): void
  release(lane: string): void
  /** Taken by all. */
  readonly taken: number
}

export function createPlaces(most: number): Places {
  const held = new Map<string, number>()
  let taken = 0

  function add(lane: string, change: 1 | -1): void {
    const count = (held.get(lane) ?? 0) + change
    if (count > 0) held.set(lane, count)
    else held.delete(lane)
    taken += change
  }

  return {
    has: (lane) => (held.get(lane) ?? 0) < most - taken,
    take: (lane) => add(lane, 1),
    release: (lane) => add(lane, -1),
    get taken() {
      return taken
    },
  }
}

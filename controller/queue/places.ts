/**
 * Places that lanes share, such as the slots of the queue. A lane may take one more while it holds
 * less than what is still free: alone it comes to half of all, of n greedy ones each to an equal
 * part, and one that holds nothing always finds a place, whatever the others do. Lanes of one group,
 * such as the hooks and the alerts of a namespace, count as one; each of them finds a first place as
 * long as any is free.
 */
export interface Places {
  /** Whether the lane may take one more. */
  has(lane: string): boolean
  take(lane: string): void
  release(lane: string): void
  /** Taken by all. */
  readonly taken: number
}

/** At most `most` places in all; lanes of one group share what the group may have. */
export function createPlaces(
  most: number,
  groupOf: (lane: string) => string = (lane) => lane,
): Places {
  const heldByLane = new Map<string, number>()
  const heldByGroup = new Map<string, number>()
  let taken = 0

  function add(lane: string, change: 1 | -1): void {
    count(heldByLane, lane, change)
    count(heldByGroup, groupOf(lane), change)
    taken += change
  }

  return {
    has(lane) {
      const free = most - taken
      const isFair = (heldByGroup.get(groupOf(lane)) ?? 0) < free
      return isFair || (free > 0 && !heldByLane.has(lane))
    },
    take: (lane) => add(lane, 1),
    release: (lane) => add(lane, -1),
    get taken() {
      return taken
    },
  }
}

function count(held: Map<string, number>, key: string, change: 1 | -1): void {
  const now = (held.get(key) ?? 0) + change
  if (now > 0) held.set(key, now)
  else held.delete(key)
}

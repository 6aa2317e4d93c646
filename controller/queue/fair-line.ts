/**
 * A line in which lanes take turns: one that puts a thousand in has no more turns than one that
 * puts in a single one. What a person waits for goes first, three times of four: those who ask
 * without an end hold nobody up either.
 */
export interface FairLine<T> {
  /** At the end of its lane. */
  add(lane: string, item: T, options?: { urgent?: boolean }): void
  /** The next of a lane that may have its turn now; undefined where there is none. */
  take(mayTake: (lane: string) => boolean): T | undefined
  /** Whether some lane that may have its turn has something in the line. */
  holds(mayTake: (lane: string) => boolean): boolean
  /** Takes out what is not to be kept. */
  sweep(keep: (item: T) => boolean): void
}

/** Lanes in the order of their turns. */
type Ring<T> = Map<string, T[]>

/** Of so many turns, one is of what nobody waits for. */
const turnsOfAll = 4

/** Nobody stands in it yet. */
export function createFairLine<T>(): FairLine<T> {
  const urgent: Ring<T> = new Map()
  const ordinary: Ring<T> = new Map()
  let turns = 0

  return {
    add(lane, item, options) {
      const ring = options?.urgent ? urgent : ordinary
      const items = ring.get(lane)
      if (items) items.push(item)
      else ring.set(lane, [item])
    },
    take(mayTake) {
      turns = (turns + 1) % turnsOfAll
      const rings = turns === 0 ? [ordinary, urgent] : [urgent, ordinary]
      for (const ring of rings) {
        const lane = nextLane(ring, mayTake)
        if (lane !== undefined) return takeFrom(ring, lane)
      }
      return undefined
    },
    holds: (mayTake) => [urgent, ordinary].some((ring) => nextLane(ring, mayTake) !== undefined),
    sweep(keep) {
      for (const ring of [urgent, ordinary])
        for (const [lane, items] of ring) {
          const kept = items.filter(keep)
          if (kept.length > 0) ring.set(lane, kept)
          else ring.delete(lane)
        }
    },
  }
}

function nextLane<T>(ring: Ring<T>, mayTake: (lane: string) => boolean): string | undefined {
  for (const lane of ring.keys()) if (mayTake(lane)) return lane
  return undefined
}

/** The first of the lane, whose next turn comes after those of all others. */
function takeFrom<T>(ring: Ring<T>, lane: string): T | undefined {
  const items = ring.get(lane) ?? []
  const item = items.shift()
  ring.delete(lane)
  if (items.length > 0) ring.set(lane, items)
  return item
}

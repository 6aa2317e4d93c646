/** What was said of a canary's troubles, so that a wait is not a stream of events. */

export interface Complaint {
  message: string
  /** As each run has it: worth a word only if it lasts, and one for all its wordings. */
  routine?: true
}

export interface Said {
  /**
   * Tells whether a complaint is worth an event now, by a clock that only grows, and takes it for
   * said if so.
   */
  isNews(complaint: Complaint, nowMs: number): boolean
  /** Forgets all but these: what comes back later is news again. */
  retain(complaints: readonly Complaint[]): void
  /** When what was not worth a word yet will be, if it lasts until then. */
  dueMs(nowMs: number): number | undefined
}

/** A stuck canary says why when it gets stuck, and again as long as somebody may come to look. */
const sayAgainMs = 5 * 60_000
/**
 * The same trouble with other numbers, such as pods that come up one by one; each time it takes
 * twice as long, because a number of a request, or a time, is another one for ever.
 */
const sayProgressMs = 30_000
/** Pods that come sooner need no warning. */
const routineMs = 5_000
const routineKey = ''

interface Saying {
  /** Empty while nothing was said. */
  message: string
  atMs: number
  /** How long other numbers of it wait. */
  patienceMs: number
}

/** Nothing was said yet. */
export function createSaid(): Said {
  const said = new Map<string, Saying>()
  return {
    isNews(complaint, nowMs) {
      const key = keyOf(complaint)
      const last = said.get(key)
      if (complaint.routine && !last) {
        said.set(key, { message: '', atMs: nowMs, patienceMs: routineMs })
        return false
      }
      const { message } = complaint
      const age = last ? nowMs - last.atMs : Number.POSITIVE_INFINITY
      const isOther = last !== undefined && last.message !== message
      const waitMs = isOther ? last.patienceMs : sayAgainMs
      if (age < waitMs) return false
      const longer = Math.min(sayAgainMs, Math.max(sayProgressMs, waitMs * 2))
      said.set(key, { message, atMs: nowMs, patienceMs: isOther ? longer : sayProgressMs })
      return true
    },
    retain(complaints) {
      const keys = new Set(complaints.map(keyOf))
      for (const key of said.keys()) if (!keys.has(key)) said.delete(key)
    },
    dueMs(nowMs) {
      const unsaid = said.get(routineKey)
      if (unsaid?.message !== '') return undefined
      const at = unsaid.atMs + unsaid.patienceMs
      return at > nowMs ? at : undefined
    },
  }
}

function keyOf({ message, routine }: Complaint): string {
  return routine ? routineKey : shapeOf(message)
}

/** Words with digits count as numbers: times, addresses, ids of requests. */
function shapeOf(message: string): string {
  return message.replace(/\S+/g, (word) => (/\d/.test(word) ? '#' : word))
}

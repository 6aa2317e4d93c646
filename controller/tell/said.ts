/** What was said of a canary's troubles, so that a wait is not a stream of events. */

export interface Remark {
  message: string
  /** As each run has it: worth a word only if it lasts, and one for all its wordings. */
  routine?: true
}

export interface Said {
  /**
   * Tells whether a remark is worth an event now, by a clock that only grows, and takes it for
   * said if so.
   */
  isNews(remark: Remark, nowMs: number): boolean
  /** Forgets all but these: what comes back later is news again. */
  retain(remarks: readonly Remark[]): void
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
  at: number
  /** How long other numbers of it wait. */
  patienceMs: number
}

/** Nothing was said yet. */
export function createSaid(): Said {
  const said = new Map<string, Saying>()
  return {
    isNews(remark, nowMs) {
      const key = keyOf(remark)
      const last = said.get(key)
      if (remark.routine && !last) {
        said.set(key, { message: '', at: nowMs, patienceMs: routineMs })
        return false
      }
      const { message } = remark
      const age = last ? nowMs - last.at : Number.POSITIVE_INFINITY
      const isOther = last !== undefined && last.message !== message
      const waitMs = isOther ? last.patienceMs : sayAgainMs
      if (age < waitMs) return false
      const longer = Math.min(sayAgainMs, Math.max(sayProgressMs, waitMs * 2))
      said.set(key, { message, at: nowMs, patienceMs: isOther ? longer : sayProgressMs })
      return true
    },
    retain(remarks) {
      const keys = new Set(remarks.map(keyOf))
      for (const key of said.keys()) if (!keys.has(key)) said.delete(key)
    },
    dueMs(nowMs) {
      const unsaid = said.get(routineKey)
      if (unsaid?.message !== '') return undefined
      const at = unsaid.at + unsaid.patienceMs
      return at > nowMs ? at : undefined
    },
  }
}

function keyOf({ message, routine }: Remark): string {
  return routine ? routineKey : shapeOf(message)
}

/** Words with digits count as numbers: times, addresses, ids of requests. */
function shapeOf(message: string): string {
  return message.replace(/\S+/g, (word) => (/\d/.test(word) ? '#' : word))
}

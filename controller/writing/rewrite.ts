/** Writes that others may get in between of, without a step having to begin anew. */
import { isConflict } from '../observe/observe.ts'

/** Who else writes does so once or twice; faster than that nobody is waited for. */
const mostRewrites = 3

/**
 * What `write` gives. After a conflict `lookAgain` reads what is there now, and tells whether what
 * was decided still holds: then it is written again, a few times. Rejects with the conflict where it
 * does not hold, and with whatever else either of them rejects with.
 */
export async function rewriting<T>(
  write: () => Promise<T>,
  lookAgain: () => Promise<boolean>,
): Promise<T> {
  for (let rewrites = 0; ; rewrites++) {
    try {
      return await write()
    } catch (error) {
      if (!isConflict(error) || rewrites === mostRewrites || !(await lookAgain())) throw error
    }
  }
}

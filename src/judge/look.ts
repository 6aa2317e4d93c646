/** What one look at one metric saw. Plain data; text and figures of a run are made of these. */

/** Of `all` requests of one version, `bad` failed: whole numbers, `bad` at most `all`. */
export interface Count {
  bad: number
  all: number
}

export interface Look {
  /** Length of the window, in seconds. */
  seconds: number
  canary: Count
  primary: Count
  /**
   * Why nothing is learned from it: an incident of the primary (found again by every fold, noted
   * for people only), a window that nobody vouches for, or series that appeared with a past.
   */
  skip?: 'incident' | 'gap' | 'birth'
}

/** A count as a look may have it: whole, not negative, and no more failures than requests. */
export function countOf(bad: number, all: number): Count {
  const whole = Math.max(0, Math.round(all))
  return { bad: Math.min(whole, Math.max(0, Math.round(bad))), all: whole }
}

const mostTimes = 5

/**
 * Whether series appeared that have counted before: their server had lost them, or they have other
 * labels. Most of the growth is theirs, and it is far more than at the last look.
 */
export function isBornWithPast(
  look: Look,
  last: Look,
  born: { canary: number; primary: number },
): boolean {
  return (['canary', 'primary'] as const).some((arm) => {
    const { all } = look[arm]
    const usual = (last[arm].all / last.seconds) * look.seconds
    return born[arm] > all / 2 && all > mostTimes * usual && last[arm].all > 0
  })
}

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

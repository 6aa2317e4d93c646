/**
 * What the templates of one look may cost together. A single one has limits of its own; a Canary
 * may name hundreds.
 */

export interface Budget {
  /** Below 0 nothing is rendered any more. */
  left: number
}

/** About 40 ms of a slow processor; the queries of a usual Canary cost a hundredth of it. */
const most = 1_048_576

/** What one costs beside the characters and items that it looks at and writes. */
export const costs = { step: 50, call: 100, parsedCharacter: 2 } as const

/** A whole budget, for one look. */
export const createBudget = (): Budget => ({ left: most })

/** What is said of the templates for which nothing is left. */
export const overspent = 'the work that all templates of one look at a canary may take together'

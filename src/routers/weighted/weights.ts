/** Weights as routing objects hold them, and the percentages that they come to. */
import { InvalidSpecError } from '../../errors.ts'
import { type Routes, splitAt, tenths } from '../router.ts'

/** Weights that add up to this hold tenths of a percent. */
const thousand = 1_000

/** Whole numbers in the proportion of two percentages: of a hundred, or, with tenths, of a thousand. */
export function wholeNumbers<T extends Pick<Routes, 'primary' | 'canary'>>(routes: T): T {
  const { primary, canary } = routes
  if (Number.isInteger(primary) && Number.isInteger(canary)) return routes
  return { ...routes, primary: Math.round(primary * 10), canary: Math.round(canary * 10) }
}

/**
 * The traffic that two weights stand for. Meshes take weights as shares of their sum, so that a
 * hand-made 50/25 is 67/33. Throws InvalidSpecError with the text `empty` when both are zero.
 */
export function routesOf(primary: number, canary: number, empty: string): Routes {
  if (!(primary >= 0 && canary >= 0 && primary + canary > 0)) throw new InvalidSpecError(empty)
  const share = (100 * canary) / (primary + canary)
  return splitAt(primary + canary >= thousand ? tenths(share) : Math.round(share))
}

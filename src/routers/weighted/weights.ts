/** Weights as routing objects hold them, and the percentages that they come to. */
import { InvalidSpecError } from '../../errors.ts'
import type { Routes } from '../router.ts'

/**
 * The traffic that two weights stand for. Meshes take weights as shares of their sum, so that a
 * hand-made 50/25 is 67/33. Throws InvalidSpecError with the text `empty` when both are zero.
 */
export function routesOf(primary: number, canary: number, empty: string): Routes {
  if (!(primary >= 0 && canary >= 0 && primary + canary > 0)) throw new InvalidSpecError(empty)
  const share = Math.round((100 * canary) / (primary + canary))
  return { primary: 100 - share, canary: share, mirrored: false }
}

import type { RequestVerb } from '../verb.ts'
import { fitPromotion, promoteModes } from './fit.ts'

/** Opens the gate that a run waits at, or moves it on. */
export const promote: RequestVerb = {
  name: 'promote',
  safety: 7,
  lasts: 'once',
  modes: promoteModes,
  fit: fitPromotion,
}

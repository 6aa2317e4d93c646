import type { RequestVerb } from '../verb.ts'
import { command } from './command.ts'
import { fitPromotion, promoteModes } from './fit.ts'

/** Opens the gate that a run waits at, or moves it on. */
export const promote: RequestVerb = {
  name: 'promote',
  safety: 7,
  lasts: 'once',
  modes: promoteModes,
  byHand: 'Open the gate that the run waits at. In a run that waits at none: promote in full.',
  fit: fitPromotion,
  command,
}

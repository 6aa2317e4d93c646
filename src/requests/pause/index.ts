import { act, same } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** Weight and checks stay as they are, for as long as the annotation is there. */
export const pause: RequestVerb = {
  name: 'pause',
  safety: 2,
  lasts: 'until-removed',
  neverExpires: true,

  fit(_asked, { canary, isPaused }) {
    if (canary.suspended) return same('already suspended')
    return isPaused ? same('already paused') : act()
  },
}

import { isFinishing, isNew } from '../../canary/phases.ts'
import { act, notInitialized, waitForItsEnd } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** The run in progress from the beginning; an idle canary begins one. */
export const restart: RequestVerb = {
  name: 'restart',
  safety: 4,
  lasts: 'once',

  fit(_asked, { phase }) {
    if (isNew(phase)) return notInitialized
    return isFinishing(phase) ? waitForItsEnd : act()
  },
}

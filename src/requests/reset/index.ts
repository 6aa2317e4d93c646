import { isFinishing, isNew } from '../../canary/phases.ts'
import { act, isAnalysed, no, waitForItsEnd } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** Clean state: traffic on the primary, counters at zero, nothing pending. */
export const reset: RequestVerb = {
  name: 'reset',
  safety: 3,
  lasts: 'once',

  fit(_asked, { phase, isPrimaryGone }) {
    if (isNew(phase)) return act({ waits: 'until it is initialized' })
    // A promotion whose primary is gone has no end to wait for.
    return isFinishing(phase) && !isPrimaryGone ? waitForItsEnd : act()
  },

  guard({ force }, { phase }) {
    if (!isAnalysed(phase) || force) return undefined
    return no('a run is in progress', {
      advice: [{ say: 'abort it and reset', words: ['reset', '--force'] }],
    })
  },
}

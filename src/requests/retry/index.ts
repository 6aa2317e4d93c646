import { isFinishing, isNew } from '../../canary/phases.ts'
import { act, no, notInitialized } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** A failed canary runs its target again. */
export const retry: RequestVerb = {
  name: 'retry',
  safety: 5,
  lasts: 'once',

  fit(_asked, { phase }) {
    if (phase === 'Failed') return act()
    if (isNew(phase)) return notInitialized
    const restart = 'start from the beginning all the same'
    return no(`it has not failed (${phase})`, {
      advice: isFinishing(phase) ? [] : [{ say: restart, words: ['restart'] }],
    })
  },
}

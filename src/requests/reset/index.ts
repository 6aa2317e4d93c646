import { isFinishing, isNew } from '../../canary/phases.ts'
import { byStatus } from '../fallback.ts'
import { act, isAnalysed, no, waitForItsEnd } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** Clean state: traffic on the primary, counters at zero, nothing pending. */
export const reset: RequestVerb = {
  name: 'reset',
  safety: 3,
  lasts: 'once',
  byHand:
    'Clean state: traffic on the primary, counters zero, phase `Initialized`, pending requests gone. Then a new run, if the target differs from what is promoted.',

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

  command: {
    place: 6,
    summary: 'Bring a canary back to a clean state',
    usage: '[--hold] [--force]',
    description:
      'Traffic goes to the primary, counters to zero, pending requests and pauses away, the phase to Initialized. Then a new run starts if the target differs from what is promoted; --hold leaves that out until the target changes. The primary is never changed.',
    examples: [
      { description: 'Clean up and try again', words: 'podinfo' },
      { description: 'Clean up and stay idle', words: 'podinfo --hold' },
    ],
    flags: {
      hold: { type: 'switch', summary: 'Start no new run until the target changes' },
      force: { type: 'switch', summary: 'Also in the middle of a run, which is aborted' },
    },
    ask: ({ hold, force }) => ({
      fields: { ...(hold && { hold: true }), ...(force && { force: true }) },
    }),
    waitsFor: 'idle',
    question: () => 'Reset?',
    asksForOne: () => true,
    losses({ hold }) {
      const then = hold
        ? 'nothing starts until the target changes'
        : 'then a new run, if the target differs'
      return [`traffic to the primary, counters to zero; ${then}`]
    },
    participle: 'reset',
    done: ({ hold }) => (hold ? 'reset (held until the target changes)' : 'reset'),
    fallbacks(_asked, { status }) {
      const isIdle = ['Initialized', 'Succeeded', 'Failed'].includes(status.phase ?? '')
      // In a run it would scale the canary to zero while traffic still goes there.
      return isIdle ? [byStatus('phase', 'Initializing', { done: 'reset' })] : []
    },
  },
}

import { act, isAnalysed, no } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** Looks at a run again at once. */
export const nudge: RequestVerb = {
  name: 'nudge',
  safety: 20,
  lasts: 'once',
  modes: ['softly'],
  byHand: 'Look at the run again.',
  fit: (_asked, { phase }) => (isAnalysed(phase) ? act() : no('nothing is under way')),
  command: {
    place: 20,
    summary: 'Look at a run again',
    usage: '[--softly]',
    description: 'The next look comes at once.',
    examples: [{ description: 'Look now', words: 'podinfo' }],
    flags: { softly: { type: 'switch', summary: 'Without a sound' } },
    ask: ({ softly }) => (softly ? { mode: 'softly', fields: { mode: 'softly' } } : {}),
    question: () => 'Nudge?',
    asksForOne: () => false,
    participle: 'nudged',
    done: () => 'nudged',
  },
}

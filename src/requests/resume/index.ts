import { bySpec } from '../fallback.ts'
import { act, no, same } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** Takes a pause back. */
export const resume: RequestVerb = {
  name: 'resume',
  safety: 8,
  lasts: 'once',
  takesBack: 'pause',

  fit({ mode }, { canary, isPaused, pending }) {
    const isAsked = pending.some(({ verb }) => verb === 'pause')
    if (isAsked || isPaused) return act()
    if (!canary.suspended) return same('not paused')
    // `--via=spec` says so by asking for nothing else.
    if (mode === 'always') return act()
    const { managedFields } = canary.metadata
    const manager = managedFields?.find(({ subresource }) => !subresource)?.manager
    const by = manager ? ` (last changed by ${manager})` : ''
    return no(`the object itself is suspended: spec.suspend is true${by}`, {
      advice: [{ say: 'change it', words: ['resume', '--via=spec'] }],
    })
  },

  command: {
    place: 4,
    summary: 'Go on with a paused canary',
    meantBy: ['continue', 'unpause'],
    usage: '[--wait]',
    description:
      'Takes a pause back. A canary whose spec.suspend is true is resumed only with --via=spec, for Git may say otherwise.',
    examples: [{ description: 'Go on', words: 'podinfo' }],
    // With --via=spec the spec is what is meant.
    ask: ({ via }) => (via === 'spec' ? { mode: 'always' } : {}),
    waitsFor: 'verdict',
    question: () => 'Resume?',
    asksForOne: () => false,
    participle: 'resumed',
    done: () => 'resumed',
    sends: ({ mode }) => (mode === 'always' ? 'spec' : 'withdrawal'),
    fallbacks: () => [bySpec('suspend', false, { done: 'resumed' })],
  },
}

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
}

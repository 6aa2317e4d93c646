import { isFinishing, isNew } from '../../canary/phases.ts'
import { revisionAtHand } from '../../canary/revision.ts'
import { act, no, notInitialized } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** A failed canary runs its target again. */
export const retry: RequestVerb = {
  name: 'retry',
  safety: 5,
  lasts: 'once',
  byHand: 'A failed canary starts a run of the same target again.',

  fit(_asked, { phase }) {
    if (phase === 'Failed') return act()
    if (isNew(phase)) return notInitialized
    const restart = 'start from the beginning all the same'
    return no(`it has not failed (${phase})`, {
      advice: isFinishing(phase) ? [] : [{ say: restart, words: ['restart'] }],
    })
  },

  command: {
    place: 7,
    summary: 'Run a failed revision again',
    usage: '[--reason=TEXT] [--wait]',
    description:
      'A failed canary starts a run of its target as it is, from the beginning, with all its checks. Who asks for it approves the start: the hook confirm-rollout is not asked.',
    examples: [{ description: 'Try again, and wait for the verdict', words: 'podinfo --wait' }],
    waitsFor: 'verdict',
    question: () => 'Retry?',
    asksForOne: () => false,
    participle: 'retried',
    looksAfter: true,
    done(_asked, before, after = before) {
      const images = (after.status.canaryAnalysis?.images ?? []).flatMap(({ to = '' }) =>
        to === '' ? [] : [to.split('/').at(-1) ?? to],
      )
      const isOther = revisionAtHand(after.status) !== revisionAtHand(before.status)
      const what = [...images, ...(isOther ? ['not the revision that failed'] : [])].join(', ')
      return what === ''
        ? 'retry accepted: the run starts from the beginning'
        : `retry accepted (${what})`
    },
    fallbacks: () => [{ kind: 'new-pods', of: 'target' }],
  },
}

import { isFinishing, isNew } from '../../canary/phases.ts'
import { act, isUnderWay, notInitialized, waitForItsEnd } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** The run in progress from the beginning; an idle canary begins one. */
export const restart: RequestVerb = {
  name: 'restart',
  safety: 4,
  lasts: 'once',
  byHand: 'The run in progress starts from the beginning; an idle canary starts a run.',

  fit(_asked, { phase }) {
    if (isNew(phase)) return notInitialized
    return isFinishing(phase) ? waitForItsEnd : act()
  },

  command: {
    place: 8,
    summary: 'Start a run from the beginning, also of what is promoted already',
    usage: '[--reason=TEXT] [--wait]',
    description:
      'In a run, all traffic goes to the primary, the counters to zero, and the analysis begins again. An idle canary starts a run of its target as it is; after a failure that is what retry does. Who asks for it approves the start: the hook confirm-rollout is not asked.',
    examples: [
      {
        description: 'Check again from the beginning, after a metric was mended',
        words: 'podinfo --reason "new threshold"',
      },
    ],
    waitsFor: 'verdict',
    question: () => 'Restart?',
    asksForOne: () => true,
    losses: (_asked, { isIdle }) => [
      isIdle
        ? 'a run of the target as it is begins, with all its checks'
        : 'traffic to the primary, counters to zero; the run begins again',
    ],
    participle: 'restarted',
    done: (_asked, { status }) =>
      isUnderWay(status.phase) ? 'restarted from the beginning' : 'restart accepted: a run begins',
    fallbacks: () => [{ kind: 'new-pods' }],
  },
}

import { stamp } from '../../stamp.ts'
import { bySpec } from '../fallback.ts'
import { act, isUnderWay, same } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** Weight and checks stay as they are, for as long as the annotation is there. */
export const pause: RequestVerb = {
  name: 'pause',
  safety: 2,
  lasts: 'until-removed',
  neverExpires: true,
  byHand: 'Hold weight and checks until the annotation is removed.',

  fit(_asked, { canary, isPaused }) {
    if (canary.suspended) return same('already suspended')
    return isPaused ? same('already paused') : act()
  },

  command: {
    place: 3,
    summary: 'Hold a canary where it is',
    meantBy: ['hold', 'suspend'],
    usage: '[--for=DURATION] [--reason=TEXT]',
    description:
      'Traffic and pods stay as they are, no checks run, no failures count. The progress deadline of the pods goes on. An idle canary does not start its next run.',
    examples: [
      { description: 'Hold', words: 'podinfo --reason "database team"' },
      { description: 'Hold for half an hour', words: 'podinfo --for=30m' },
    ],
    flags: { for: { type: 'duration', summary: 'Go on by itself after this time, such as 30m' } },
    ask({ for: ms }, now) {
      if (typeof ms !== 'number') return {}
      return { fields: { until: stamp(new Date(now.getTime() + ms)) } }
    },
    question: () => 'Pause?',
    asksForOne: () => false,
    participle: 'paused',
    done: (_asked, { status }) =>
      isUnderWay(status.phase) ? 'paused' : 'paused (holding: the next run will wait)',
    fallbacks: () => [bySpec('suspend', true, { done: 'paused' })],
  },
}

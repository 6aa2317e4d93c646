import { isFinishing, isNew } from '../../canary/phases.ts'
import { UsageError } from '../../errors.ts'
import { stamp } from '../../stamp.ts'
import { act, isUnderWay, no, notInitialized, waitForItsEnd } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** The mode of the plugin that no annotation has: it is done without the controller. */
const ofPrimary = 'primary'
const newPodsCome = 'the primary gets new pods by the promotion that is under way'

/** The run in progress from the beginning; an idle canary begins one. */
export const restart: RequestVerb = {
  name: 'restart',
  safety: 4,
  lasts: 'once',
  byHand: 'The run in progress starts from the beginning; an idle canary starts a run.',

  fit({ mode }, { phase }) {
    if (isNew(phase)) return notInitialized
    if (!isFinishing(phase)) return act()
    return mode === ofPrimary ? no(newPodsCome) : waitForItsEnd
  },

  command: {
    place: 8,
    summary: 'Start a run from the beginning, also of what is promoted already',
    usage: '[--in=DURATION | --primary] [--reason=TEXT] [--wait]',
    description:
      'In a run, all traffic goes to the primary, the counters to zero, and the analysis begins again. An idle canary starts a run of its target as it is; after a failure that is what retry does. Who asks for it approves the start: the hook confirm-rollout is not asked. With --in it waits on the object, until another request goes first. --primary gives the primary new pods as kubectl rollout restart does, at once and without a run; it needs patch deployments.',
    examples: [
      {
        description: 'Check again from the beginning, after a metric was mended',
        words: 'podinfo --reason "new threshold"',
      },
      { description: 'Tonight', words: 'podinfo --in=8h' },
      { description: 'New pods for those who serve the users', words: 'podinfo --primary' },
    ],
    flags: {
      in: { type: 'duration', summary: 'Begin after this time, such as 30m' },
      primary: { type: 'switch', summary: 'Only new pods for the primary, without a run' },
    },
    ask({ in: ms, primary }, now) {
      const isLater = typeof ms === 'number'
      if (primary && isLater) throw new UsageError('--primary is done at once: it takes no --in')
      if (primary) return { mode: ofPrimary }
      return isLater ? { fields: { from: stamp(new Date(now.getTime() + ms)) } } : {}
    },
    flagOf: ({ mode }) => (mode === ofPrimary ? ['--primary'] : []),
    sends: ({ mode }) => (mode === ofPrimary ? 'spec' : 'request'),
    waitsFor: 'verdict',
    noWait({ mode, from }) {
      if (mode === ofPrimary) return '--primary begins no run that --wait could wait for'
      return from === undefined ? undefined : '--wait does not wait for what --in puts off'
    },
    question: () => 'Restart?',
    asksForOne: () => true,
    losses: ({ mode, from }, { isIdle }) => [
      mode === ofPrimary
        ? 'the pods that serve the users are replaced, one after the other'
        : `${from === undefined ? '' : `at ${from}: `}${isIdle ? 'a run of the target as it is begins, with all its checks' : 'traffic to the primary, counters to zero; the run begins again'}`,
    ],
    participle: 'restarted',
    done({ from }, { status }) {
      if (from !== undefined) return `restart accepted: not before ${from}`
      return isUnderWay(status.phase)
        ? 'restarted from the beginning'
        : 'restart accepted: a run begins'
    },
    fallbacks: ({ mode, from }) =>
      from === undefined
        ? [{ kind: 'new-pods', of: mode === ofPrimary ? 'primary' : 'target' }]
        : [],
  },
}

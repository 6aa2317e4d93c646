import { isFinishing, isNew } from '../../canary/phases.ts'
import { byStatus } from '../fallback.ts'
import { type Advice, act, isAnalysed, type No, no, notInitialized, same } from '../fit.ts'
import type { Situation } from '../situation.ts'
import type { RequestVerb } from '../verb.ts'

/** All traffic to the primary, the canary at zero, phase Failed: the emergency brake. */
export const abort: RequestVerb = {
  name: 'abort',
  safety: 1,
  lasts: 'once',
  neverExpires: true,
  byHand:
    'Traffic to the primary, canary scaled to zero, phase `Failed`; with `force` also while no pod of the primary is ready.',

  fit(_asked, at) {
    const { phase } = at
    if (isNew(phase)) return notInitialized
    if (phase === 'Failed') return same('already failed')
    if (isFinishing(phase)) return promotionHasBegun
    return isAnalysed(phase) ? act() : no('no rollout in progress', { advice: lastPromotion(at) })
  },

  command: {
    place: 2,
    summary: 'Stop a run and send all traffic to the primary',
    meantBy: ['cancel', 'stop'],
    usage: '[--reason=TEXT] [--force] [--wait]',
    description:
      'All traffic goes to the primary, the canary is scaled to zero, and the phase is Failed. It never asks for a single canary: it is the emergency brake. While no pod of the primary is ready and some of the canary are, it waits for the first one: a canary that fails some requests serves the others. --force leads everybody to the primary all the same.',
    examples: [{ description: 'Roll back now', words: 'podinfo --reason "5xx in checkout"' }],
    flags: {
      force: { type: 'switch', summary: 'Also while no pod of the primary is ready' },
    },
    ask: ({ force }) => ({ fields: { ...(force && { force: true }) } }),
    waitsFor: 'pods',
    isBrake: true,
    question: () => 'Abort?',
    asksForOne: () => false,
    participle: 'aborted',
    done: () => 'aborted',
    fallbacks: (_asked, { analysis }) => [
      {
        kind: 'hook',
        type: 'rollback',
        ending: '/rollback/check',
        path: '/rollback/open',
        done: 'abort requested',
        ...brake,
      },
      byStatus('failedChecks', analysis.threshold, { done: 'abort requested', ...brake }),
    ],
  },
}

const brake = { isHarmless: true, isAtNextTick: true }

/** As kubectl rollout history counts them. */
const toOlderRevision: Advice = {
  say: 'go back to an older revision',
  words: ['undo', '--to-revision=N'],
}

/** Why a run can't be aborted any more, and the way back that is left. */
export const promotionHasBegun: No = no('promotion has begun', {
  instead: 'to go back, put the earlier version into the target',
  advice: [toOlderRevision],
})

/** Somebody who pulls the brake a second too late must learn that it was too late. */
function lastPromotion({ canary }: Situation): Advice[] {
  const [last] = canary.status.history ?? []
  const image = last?.images?.[0]?.to?.split('/').at(-1)
  const isTold = last?.result === 'Succeeded' && image && last.endedAt
  return isTold ? [`${image} was promoted at ${last.endedAt}`, toOlderRevision] : []
}

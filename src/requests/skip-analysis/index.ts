import { isFinishing } from '../../canary/phases.ts'
import { revisionAtHand, shortRevision } from '../../canary/revision.ts'
import { UsageError } from '../../errors.ts'
import { bySpec } from '../fallback.ts'
import { act, isUnderWay, same } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** The run in progress, or else the next one, is promoted without checks. */
export const skipAnalysis: RequestVerb = {
  name: 'skip-analysis',
  safety: 6,
  lasts: 'until-used',
  neverExpires: true,
  byHand: 'The run in progress, or else the next one, is promoted without checks, once.',

  fit({ mode = 'once' }, { canary, phase, pending }) {
    const isAsked = pending.some(({ verb }) => verb === 'skip-analysis')
    if (mode === 'off')
      return isAsked || canary.spec.skipAnalysis ? act() : same('the analysis is not skipped')
    if (canary.spec.skipAnalysis) return same('spec.skipAnalysis is true')
    if (isFinishing(phase)) return mode === 'always' ? act() : same('the promotion is under way')
    return isAsked && mode === 'once' ? same('already asked for') : act()
  },

  command: {
    place: 5,
    summary: 'Promote this run, or the next one, without checks',
    meantBy: ['skip'],
    usage: '[--once | --always | --off] [--reason=TEXT]',
    description:
      'The run in progress, or else the next one, goes through without metrics, webhooks and steps, once. --always sets spec.skipAnalysis, --off takes either back. A rollback on the progress deadline still works, and so does abort.',
    examples: [
      {
        description: 'Let a hotfix through',
        words: 'podinfo --yes --reason "hotfix INC-4711"',
      },
    ],
    flags: {
      once: { type: 'switch', summary: 'This run or the next one only; the default' },
      always: { type: 'switch', summary: 'Every run: sets spec.skipAnalysis' },
      off: { type: 'switch', summary: 'Take either back' },
    },
    ask({ once, always, off }) {
      if ([once, always, off].filter(Boolean).length > 1)
        throw new UsageError('only one of --once, --always and --off is possible')
      return { mode: off ? 'off' : always ? 'always' : 'once' }
    },
    waitsFor: 'verdict',
    flagOf: ({ mode }) => (mode === 'once' ? [] : [`--${mode}`]),
    question: ({ mode }) => (mode === 'off' ? 'Check again?' : 'Skip the analysis?'),
    asksForOne: ({ mode }) => mode !== 'off',
    losses: ({ mode }, { phase }) => [
      mode === 'always'
        ? 'this run and every run to come is promoted without checks'
        : 'the run in progress, or the next one, is promoted without checks',
      ...(phase === 'Waiting' ? ['its start is still to be approved: promote does that'] : []),
    ],
    participle: 'let through without analysis',
    done({ mode }, { status }) {
      if (mode === 'off') return 'analysis no longer skipped'
      if (mode === 'always') return 'analysis skipped from now on'
      if (!isUnderWay(status.phase)) return 'analysis skipped for the next run'
      const revision = revisionAtHand(status)
      const which = revision ? ` for revision ${shortRevision(revision)}` : ''
      const when = status.phase === 'Waiting' ? ', once its start is approved' : ''
      return `analysis skipped${which}${when}`
    },
    // What stands in the spec is changed in the spec, whoever the controller is.
    sends({ mode }, { spec }) {
      if (mode === 'always' || (mode === 'off' && spec.skipAnalysis)) return 'spec'
      return mode === 'off' ? 'withdrawal' : 'request'
    },
    fallbacks({ mode }) {
      if (mode === 'off')
        return [
          bySpec('skipAnalysis', false, { done: 'analysis no longer skipped', isHarmless: true }),
        ]
      // Flagger has no "once": the field is put back when the run has ended.
      return [bySpec('skipAnalysis', true, { done: 'analysis skipped', back: mode !== 'always' })]
    },
  },
}

import { isFinishing } from '../../canary/phases.ts'
import { act, same } from '../fit.ts'
import type { RequestVerb } from '../verb.ts'

/** The run in progress, or else the next one, is promoted without checks. */
export const skipAnalysis: RequestVerb = {
  name: 'skip-analysis',
  safety: 6,
  lasts: 'until-used',
  neverExpires: true,

  fit({ mode = 'once' }, { canary, phase, pending }) {
    const isAsked = pending.some(({ verb }) => verb === 'skip-analysis')
    if (mode === 'off')
      return isAsked || canary.spec.skipAnalysis ? act() : same('the analysis is not skipped')
    if (canary.spec.skipAnalysis) return same('spec.skipAnalysis is true')
    if (isFinishing(phase)) return mode === 'always' ? act() : same('the promotion is under way')
    return isAsked && mode === 'once' ? same('already asked for') : act()
  },
}

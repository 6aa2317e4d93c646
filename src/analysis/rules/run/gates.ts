/** The gates of a run: hooks that hold the traffic, or the promotion, until somebody approves. */

import type { HookType, Step, Verdict } from '../../decision.ts'
import { hooks, isStep, phaseOf, told } from '../../effects/act.ts'
import { waitForPromotion, waitForTraffic } from '../../effects/gates.ts'
import { readRoutes } from '../../routes.ts'
import type { Turn } from '../../turn.ts'
import { type Noted, noted, type Rule } from '../rule.ts'
import { awaitVerdict } from './checks.ts'

/** Every weight moves behind this gate, also the one that leads to the promotion. */
export const confirmTrafficIncrease: Rule = {
  name: 'confirmTrafficIncrease',
  because: 'a hook may hold the traffic where it is',
  apply: (turn) =>
    readRoutes(turn.seen)?.mirrored || phaseOf(turn.seen) !== 'Progressing'
      ? undefined
      : gate(turn, 'confirm-traffic-increase', waitForTraffic),
}

/** Asked before the copy, and in blue/green before the switch as well. */
export const confirmPromotion: Rule = {
  name: 'confirmPromotion',
  because: 'a hook may hold the promotion',
  apply: (turn) => gate(turn, 'confirm-promotion', waitForPromotion),
}

/** Asked before the hooks for the promotion: whoever approves that wants to know. */
export const judgeMustBeSure: Rule = {
  name: 'judgeMustBeSure',
  because:
    'the checks have passed, and the judge has no proof yet: it goes on looking at the last step',
  yields: true,
  apply(turn) {
    const verdict = turn.preset.metrics ?? turn.verdicts.metrics
    if (verdict?.unproven === undefined) return undefined
    return awaitVerdict(turn, { ...verdict, why: verdict.unproven, results: [] })
  },
}

function gate(
  turn: Turn,
  type: HookType,
  wait: (turn: Turn, verdict: Verdict) => Step,
): Step | Noted {
  const verdict = hooks(turn, type, 'Progressing')
  if (isStep(verdict)) return verdict
  return verdict.outcome === 'passed' ? noted(told(turn.seen, verdict)) : wait(turn, verdict)
}

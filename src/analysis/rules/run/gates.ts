/** The gates of a run: hooks that hold the traffic, or the promotion, until somebody approves. */

import type { GateType } from '../../../canary/api.gen.ts'
import { stamp } from '../../../stamp.ts'
import { checkKey, type Step, type Verdict } from '../../decision.ts'
import { askHooks, isStep, later, phaseOf, told } from '../../effects/act.ts'
import { waitForPromotion, waitForTraffic } from '../../effects/gates.ts'
import { readRoutes } from '../../routes.ts'
import { runOf } from '../../status/status.ts'
import { answerThatStands } from '../../status/waits.ts'
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
    const verdict = verdictIn(turn)
    if (verdict?.unproven === undefined) return undefined
    const { unproven: why, overdue } = verdict
    if (overdue === undefined)
      return awaitVerdict(turn, { ...verdict, why, events: [], results: [] })
    return waitForPromotion(turn, { ...verdict, by: 'judge', why, events: [] }, overdue)
  },
}

/** What goes on slowly, such as a leak, shows only after a while. */
export const canaryMustSoak: Rule = {
  name: 'canaryMustSoak',
  because: 'a canary that has passed is looked at for `analysis.judge.soak` before it is promoted',
  yields: true,
  apply(turn) {
    const { seen } = turn
    const { soakMs = 0, mode } = seen.canary.analysis.judge ?? {}
    const verdict = verdictIn(turn)
    if (soakMs <= 0 || mode !== 'Enforce' || !verdict?.judge) return undefined
    const since = runOf(seen).soakingSince ?? stamp(seen.now)
    const until = later(new Date(since), soakMs)
    if (until <= seen.now) return undefined
    const why = `the judge has passed it, and looks on until ${stamp(until)}`
    return awaitVerdict(turn, { ...verdict, why, events: [], results: [] }, { soakingSince: since })
  },
}

/** Whether the judge is so sure that the steps that remain may be left out. */
export function isEnough(turn: Turn): boolean {
  return !turn.order && verdictIn(turn)?.isEnough === true
}

const verdictIn = ({ preset, verdicts }: Turn): Verdict | undefined =>
  preset.metrics ?? verdicts.metrics

function gate(
  turn: Turn,
  type: GateType,
  wait: (turn: Turn, verdict: Verdict) => Step,
): Step | Noted {
  const key = checkKey({ kind: 'hooks', type, phase: 'Progressing' })
  // What a person says goes before what the hook said.
  const standing = turn.preset[key] ? undefined : answerThatStands(turn.seen, type)
  const verdict = standing ?? askHooks(turn, type, 'Progressing')
  if (isStep(verdict)) return verdict
  return verdict.outcome === 'passed' ? noted(told(turn.seen, verdict)) : wait(turn, verdict)
}

/** The gates of a run: hooks that hold the traffic, or the promotion, until somebody approves. */

import { stamp } from '../../stamp.ts'
import type { Effect, Observation, Step, Verdict } from '../decision.ts'
import { nextTick } from '../pacing.ts'
import { changeRun, counters, enterPhase, passedAfter, runOf } from '../status/status.ts'
import { gateOf, isSameGate } from '../status/waits.ts'
import { adapt } from '../strategy.ts'
import type { Turn } from '../turn.ts'
import { alert, phaseOf, told, writeStatus } from './act.ts'
import { act } from './upkeep.ts'

/** The traffic stays where it is until somebody approves. */
export function waitForTraffic(turn: Turn, verdict: Verdict): Step {
  const { seen, before } = turn
  const next = nextTick(seen)
  const gate = gateOf(seen, 'confirm-traffic-increase', verdict)
  const isNews = runOf(seen).gate?.name !== gate.name
  const waiting = changeRun(seen, {
    gate,
    reason: gate.reason,
    preRolloutPassed: true,
    ...passedAfter(seen, turn.results),
    nextTickAt: stamp(next),
  })
  const isToldAnew = !isSameGate(runOf(seen).gate, gate) || turn.results.length > 0
  const effects = [
    // Written once, and again only when there is something new to show: waiting costs no write.
    ...(isToldAnew ? [writeStatus(waiting)] : []),
    ...before,
    ...told(seen, verdict),
    ...(isNews ? alarm(seen, verdict.by, 'Canary traffic increase is waiting for approval.') : []),
  ]
  return act(seen, effects, { wakeAt: next, paced: true })
}

/**
 * Flagger's way of waiting: the counter goes back one, so that checks go on and the gate is asked
 * again after the next; a cluster that goes back to Flagger finds what it expects.
 */
export function waitForPromotion(
  turn: Turn,
  verdict: Verdict,
  message = 'Canary promotion is waiting for approval.',
): Step {
  const { seen, before, results } = turn
  const next = nextTick(seen)
  const isNews = phaseOf(seen) !== 'WaitingPromotion'
  const gate = gateOf(seen, 'confirm-promotion', verdict)
  const waiting = changeRun(seen, {
    ...passedAfter(seen, results),
    nextTickAt: stamp(next),
    gate,
    reason: gate.reason,
  })
  const iterations = adapt(seen).iterations - 1
  const change = isNews
    ? { ...enterPhase(seen, 'WaitingPromotion'), iterations }
    : counters(seen, { iterations })
  const news = isNews ? alarm(seen, verdict.by, message) : []
  const said = [...before, ...told(seen, verdict), ...news]
  return act(seen, [writeStatus({ ...change, ...waiting }), ...said], { wakeAt: next, paced: true })
}

/** The alert for a gate that has shut, unless its hook mutes it. */
export function alarm(
  { canary }: Observation,
  hook: string | undefined,
  message: string,
): Effect[] {
  const muted = canary.analysis.webhooks.find(({ name }) => name === hook)?.muteAlert
  return muted ? [] : [alert('waiting', message, { ...(hook !== undefined && { gate: hook }) })]
}

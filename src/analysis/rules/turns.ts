/** A cap on the runs under way: the others wait, and say so. */
import { stamp } from '../../stamp.ts'
import type { Decision, Observation, Step } from '../decision.ts'
import { canaryName, later, report, writeStatus } from '../effects/act.ts'
import { act } from '../effects/upkeep.ts'
import type { Rule } from './rule.ts'

/** The rule by which a run begins by itself. */
export const runBegins = 'runBegins'

/** What a person orders goes past it, and counts as one of those under way. */
export const turnIsAwaited: Rule = {
  name: 'turnIsAwaited',
  because: 'as many runs are under way as the controller is to have at a time',
  yields: true,
  apply: ({ seen }) => (seen.noPlace === undefined ? undefined : wait(seen, seen.noPlace)),
}

function wait(seen: Observation, reason: string): Step {
  const { queued } = seen.canary.status
  const since = queued?.since ?? stamp(seen.now)
  const noted = queued?.reason === reason ? [] : [writeStatus({ queued: { since, reason } })]
  const told = report(seen, `${canaryName(seen)} waits for its turn: ${reason}`, 'Normal')
  // The end of another run wakes it; this is for what nobody heard of.
  return act(seen, [...noted, told], { wakeAt: later(seen.now, seen.canary.analysis.intervalMs) })
}

/** The decision, which takes back what the status says of a wait that is over. */
export function withoutTurn(seen: Observation, decision: Decision): Decision {
  const isOver = seen.canary.status.queued !== undefined && decision.rule !== turnIsAwaited.name
  if (decision.kind === 'check' || !isOver) return decision
  return { ...decision, effects: [writeStatus({ queued: undefined }), ...decision.effects] }
}

/** Whether a change fits the phase, judged before anything is sent. Pure; the controller decides. */
import { adapt } from '../../src/analysis/strategy.ts'
import type { Canary } from '../../src/canary/canary.ts'
import type { Summary } from '../../src/report/summary.ts'
import type { Advice, Fit } from '../../src/requests/fit.ts'
import { readRequests } from '../../src/requests/request.ts'
import type { Situation } from '../../src/requests/situation.ts'
import { rowOf, whileSuspended } from '../../src/requests/verbs.ts'
import { routerFor } from '../../src/routers/index.ts'
import { usualSettings } from '../../src/routers/router.ts'
import { askedOf, type Change } from './change.ts'

export type Judgement =
  | { kind: 'go' }
  /** The wanted state already holds. */
  | { kind: 'same'; why: string }
  | { kind: 'no'; why: string; hints: string[] }

interface Case {
  change: Change
  canary: Canary
  summary: Summary
  /** Name of the canary behind the plugin's: `kubectl canary ... podinfo`. */
  command: (verb: string, ...words: string[]) => string
  /** Whether the primary is missing, where somebody has looked. */
  isPrimaryGone?: boolean
}

/** What the row of the verb says, of the object and its status as they are. */
export function judge(of: Case): Judgement {
  const { canary, change, command } = of
  if (canary.metadata.deletionTimestamp)
    return { kind: 'no', why: 'it is being deleted', hints: [] }
  const row = rowOf(change.verb)
  const asked = askedOf(change)
  const at = situationOf(of)
  const fit = whileSuspended(row, canary) ?? row.fit(asked, at)
  return judgementOf(fit.kind === 'act' ? (row.guard?.(asked, at) ?? fit) : fit, command)
}

function judgementOf(fit: Fit, command: Case['command']): Judgement {
  if (fit.kind === 'act') return { kind: 'go' }
  if (fit.kind === 'same') return fit
  const { why, instead, advice = instead === undefined ? [] : [instead] } = fit
  return { kind: 'no', why, hints: hintsOf(advice, command) }
}

/** Commands stand below each other. */
function hintsOf(advice: readonly Advice[], command: Case['command']): string[] {
  const widths = advice.map((one) => (typeof one === 'string' ? 0 : one.say.length))
  return advice.map((one) => {
    if (typeof one === 'string') return one
    const [verb, ...words] = one.words
    return `${`${one.say}:`.padEnd(Math.max(...widths) + 1)} ${command(verb, ...words)}`
  })
}

/** The situation as the object and its status tell it. */
function situationOf({ canary, summary, isPrimaryGone = false }: Case): Situation {
  const abilities = routerFor(canary.provider).abilities({ canary, settings: usualSettings })
  const { phase, gate, paused, pending, traffic } = summary
  return {
    canary,
    phase,
    isChanged: pending,
    isHeld: phase !== 'Progressing' || gate !== null || paused !== null,
    isPaused: paused?.how === 'request',
    weight: traffic.canary,
    ...adapt({ canary, abilities }),
    movesTraffic: abilities.weights,
    isPrimaryGone,
    pending: readRequests(canary.metadata.annotations),
  }
}

/** What the judge makes of looks that were taken before: the same folding, look by look. Pure. */
import { type Evidence, fold, noEvidence } from './evidence.ts'
import { readCheckpoint } from './log.ts'
import type { Trial } from './record.ts'
import { type Judged, type JudgeVerdict, verdictOf } from './verdict.ts'

export interface Replayed {
  verdict: 'Pass' | 'Fail' | 'Inconclusive'
  /** The look after which it was so first, counted from 1 of those that are kept. */
  look: number
  /** The evidence of each trial in the end. */
  evidence: Evidence[]
}

export type Replayable = Pick<Trial, 'name' | 'boundMs' | 'plan' | 'checkpoint' | 'looks'>

/**
 * All looks, or those up to the first that rolls back. A pass counts from the look on that has this
 * number: before that the weight was rising.
 */
export function replay(trials: readonly Replayable[], firstPass = 1): Replayed {
  const count = Math.max(0, ...trials.map(({ looks }) => looks.length))
  let states = trials.map(({ checkpoint, plan }) =>
    checkpoint === undefined
      ? noEvidence(plan)
      : (readCheckpoint(checkpoint, plan) ?? noEvidence(plan)),
  )
  let since = { verdict: 'Inconclusive' as Replayed['verdict'], look: 0 }
  for (let at = 0; at < count; at++) {
    states = states.map((state, index) => stateAfter(state, trials[index], at))
    const word = wordOf(trials, states)
    const verdict = word === 'Pass' && at + 1 < firstPass ? 'Inconclusive' : word
    if (verdict !== since.verdict || since.look === 0) since = { verdict, look: at + 1 }
    if (verdict === 'Fail') break
  }
  return { ...since, evidence: states }
}

function stateAfter(state: Evidence, trial: Replayable | undefined, at: number): Evidence {
  const look = trial?.looks[at]
  return trial && look ? fold(state, look, trial.plan) : state
}

function wordOf(trials: readonly Replayable[], states: readonly Evidence[]): Replayed['verdict'] {
  const judged = trials.flatMap((trial, at): Judged[] => {
    const evidence = states[at]
    return evidence ? [{ ...trial, evidence }] : []
  })
  const [first, ...others] = judged
  return first ? words[verdictOf([first, ...others]).kind] : 'Inconclusive'
}

const words: Readonly<Record<JudgeVerdict['kind'], Replayed['verdict']>> = {
  pass: 'Pass',
  fail: 'Fail',
  inconclusive: 'Inconclusive',
}

import { expect, test } from 'vitest'
import { passedWith, unsureBecause, unsureBy } from '../../../src/judge/explain.ts'
import type { Look } from '../../../src/judge/look.ts'
import type { Plan } from '../../../src/judge/plan.ts'
import { evidenceOf, type Trial } from '../../../src/judge/record.ts'
import { type JudgeVerdict, verdictOf } from '../../../src/judge/verdict.ts'
import { look, plan } from './golden.ts'

const trialOf = (looks: Look[], other: Partial<Plan> = {}): Trial => ({
  ...{ name: 'errors', plan: { ...plan, ...other }, from: 'Setting', looks },
})

/** What is said of a trial that is not decided: the sentence, and its figures. */
function saidOf(trial: Trial): [why: string, figures: string] {
  const verdict: JudgeVerdict = verdictOf([{ ...trial, evidence: evidenceOf(trial) }])
  if (verdict.kind !== 'inconclusive') throw new Error(`it is decided: ${verdict.kind}`)
  return [unsureBecause(verdict), unsureBy(trial, verdict.reason)]
}

const times = (count: number, of: Look): Look[] => Array.from({ length: count }, () => of)

test('of a canary that is not yet told from a worse one, the ratio is what lacks', () => {
  expect(saidOf(trialOf(times(2, look([1, 300], [28, 5_700]))))).toEqual([
    'the judge has no proof yet that errors fails less than 2 times as often as at the primary',
    ', evidence 2.1 of 20',
  ])
})

test('where both versions are above the objective, the range is what lacks', () => {
  expect(saidOf(trialOf(times(8, look([90, 3_000], [90, 3_000]))))).toEqual([
    'the judge has no proof yet that errors keeps within its range',
    expect.stringMatching(/^, evidence \S+e-\d+ of 20$/),
  ])
})

test('who asks for the objective alone hears of the range, and of no looks to go', () => {
  expect(saidOf(trialOf(times(3, look([3, 300], [57, 5_700])), { require: 'Objective' }))[0]).toBe(
    'the judge has no proof yet that errors keeps within its range',
  )
})

test('the looks to go are told by how the proof has grown', () => {
  const [, figures] = saidOf(trialOf(times(9, look([2, 300], [28, 5_700]))))
  expect(figures).toMatch(/^, evidence \S+ of 20, about \d+ looks to go$/)
})

test('of what is proven, and lately looks worse, neither proof is missed', () => {
  const healthy = times(6, look([5, 1_200], [24, 4_800]))
  const lately = times(2, look([12, 1_200], [24, 4_800]))
  expect(saidOf(trialOf([...healthy, ...lately]))).toEqual([
    'the judge waits until nothing points to harm by errors',
    '',
  ])
})

test('a pass by the objective alone speaks of no ratio', () => {
  const trial = trialOf(times(3, look([0, 600], [0, 5_400])), { require: 'Objective' })
  expect(passedWith([trial])).toBe('within its range after 3 looks')
})

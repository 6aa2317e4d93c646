import { expect, test } from 'vitest'
import { passedWith, seenSoFar } from '../../../src/judge/explain.ts'
import { readCheckpoint, totalsIn } from '../../../src/judge/log.ts'
import type { Look } from '../../../src/judge/look.ts'
import { shownPlan } from '../../../src/judge/planned.ts'
import { evidenceOf, shownTrial, type Trial, totalsOf, trimmed } from '../../../src/judge/record.ts'
import { look, plan } from './golden.ts'

/** A run look by look, of which no more are kept than fit. */
function runOf(looks: readonly Look[]): Trial {
  let trial: Trial = { name: 'errors', plan, from: 'Setting', looks: [] }
  for (const one of looks) trial = trimmed({ ...trial, looks: [...trial.looks, one] })
  return trial
}

const healthy = look([1, 300], [20, 5_700])
const lost: Look = { ...look([9, 900], [9, 900]), skip: 'gap' }
const long = [...Array.from({ length: 200 }, () => healthy), lost, ...[healthy, healthy]]

test('a long run keeps its last looks, and the totals of all', () => {
  const trial = runOf(long)
  expect(trial.looks.length).toBeLessThanOrEqual(128)
  const all = { canary: { bad: 202, all: 60_600 }, primary: { bad: 4_040, all: 1_151_400 } }
  expect(totalsOf(trial)).toEqual({ ...all, looks: 203 })
  expect(shownTrial(trial, evidenceOf(trial), shownPlan(plan))).toMatchObject(all)
})

test('what is told of a long run is told of all of it', () => {
  const trial = runOf(long)
  expect(seenSoFar(trial)).toMatch(/^errors 60600 canary requests, 202 failures; /)
  expect(passedWith([trial])).toContain(' after 203 looks, ')
})

test('a checkpoint without totals is read all the same, and counts nothing before it', () => {
  const { checkpoint = '', looks } = runOf(long)
  const earlier = checkpoint.split(' ').slice(0, 30).join(' ')
  expect(readCheckpoint(earlier, plan)).toEqual(readCheckpoint(checkpoint, plan))
  expect(totalsIn(earlier)).toEqual(totalsIn())
  expect(totalsOf({ checkpoint: earlier, looks }).looks).toBe(looks.length)
})

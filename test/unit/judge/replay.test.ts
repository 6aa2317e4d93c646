import { expect, test } from 'vitest'
import { totalsIn, writeCheckpoint } from '../../../src/judge/log.ts'
import type { Look } from '../../../src/judge/look.ts'
import { evidenceOf } from '../../../src/judge/record.ts'
import { replay } from '../../../src/judge/replay.ts'
import { plan } from './golden.ts'

const look = (bad: number, all: number, primaryBad: number, primaryAll: number): Look => ({
  seconds: 60,
  canary: { bad, all },
  primary: { bad: primaryBad, all: primaryAll },
})
const doubled = [
  ...[look(3, 300, 28, 5_700), look(6, 600, 27, 5_400), look(9, 900, 26, 5_100)],
  ...[look(12, 1_200, 24, 4_800), look(15, 1_500, 22, 4_500)],
]
const healthy = [
  ...[look(1, 300, 28, 5_700), look(3, 600, 27, 5_400), look(5, 900, 26, 5_100)],
  ...[look(6, 1_200, 24, 4_800), look(7, 1_500, 22, 4_500)],
]
const trial = (looks: readonly Look[]) => ({ name: 'errors', plan, looks })

test('looks that were taken once give the same verdict at the same look', () => {
  expect(replay([trial(doubled)])).toMatchObject({ verdict: 'Fail', look: 5 })
  expect(replay([trial(healthy)])).toMatchObject({ verdict: 'Pass', look: 5 })
  expect(replay([trial(healthy.slice(0, 4))])).toMatchObject({ verdict: 'Inconclusive', look: 1 })
})

test('what was rolled back is not looked at any further', () => {
  expect(replay([trial([...doubled, ...healthy])])).toMatchObject({ verdict: 'Fail', look: 5 })
})

test('a pass while the weight rises is none yet', () => {
  expect(replay([trial([...healthy, ...healthy])], 8)).toMatchObject({ verdict: 'Pass', look: 8 })
})

test('other rules may say something else', () => {
  const strict = { ...trial(healthy), plan: { ...plan, missed: 0.001 } }
  expect(replay([strict]).verdict).toBe('Inconclusive')
})

test('without looks there is no verdict', () => {
  expect(replay([])).toEqual({ verdict: 'Inconclusive', look: 0, evidence: [] })
})

test('looks that are not kept count by their checkpoint', () => {
  const before = evidenceOf({ ...trial(healthy), from: 'Setting' })
  const checkpoint = writeCheckpoint(before, plan, totalsIn())
  const more = healthy.slice(4)
  expect(replay([{ ...trial(more), checkpoint }])).toMatchObject({ verdict: 'Pass', look: 1 })
  expect(replay([trial(more)]).verdict).toBe('Inconclusive')
})

test('a checkpoint that nobody can read is none', () => {
  expect(replay([{ ...trial(healthy), checkpoint: '1 2 3' }])).toEqual(replay([trial(healthy)]))
})

test('metrics with fewer looks stay as they were after their last', () => {
  const short = { ...trial(healthy.slice(0, 2)), name: 'slow' }
  expect(replay([trial(healthy), short])).toMatchObject({ verdict: 'Inconclusive' })
  const { evidence } = replay([trial(healthy), short])
  expect(evidence[1]).toEqual(replay([short]).evidence[0])
})

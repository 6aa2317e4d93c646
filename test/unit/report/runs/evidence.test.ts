import { expect, test } from 'vitest'
import { shownPlan } from '../../../../src/judge/planned.ts'
import { evidenceOf, shownTrial, type Trial } from '../../../../src/judge/record.ts'
import { evidenceRows } from '../../../../src/report/runs/evidence.ts'
import { golden, plan } from '../../judge/golden.ts'

const doubled = golden.find(({ name }) => name === 'a doubled failure rate')
const trial: Trial = { name: 'errors', plan, from: 'Setting', looks: doubled?.looks ?? [] }
const at = '2026-01-01T00:00:00Z'
const judge = {
  ...{ version: 1, startedAt: at, lastLook: at, verdict: 'Fail' as const },
  plan: shownPlan(plan),
  metrics: [shownTrial(trial, evidenceOf(trial), shownPlan(plan))],
}

test('the evidence after each look is computed again from the status alone', () => {
  const rows = evidenceRows(judge)
  const rounded = (value = 0) => Number(value.toPrecision(3))
  expect(rows.map(({ harm, safety }) => [harm, safety])).toEqual(
    doubled?.figures.map(({ harm, safety }) => [rounded(harm), rounded(safety)]),
  )
  expect(rows[0]).toMatchObject({
    ...{ metric: 'errors', look: 1, seconds: 60, skipped: null },
    canary: { bad: 3, all: 300 },
  })
})

test('looks from which nothing was learned say why', () => {
  const usual = { ...trial, plan: { ...plan, usual: 0.005 } }
  const outage = golden.find(({ name }) => name === 'an outage of both versions, recognised')
  const looks = [...(outage?.looks ?? [])]
  const [metric] = [
    shownTrial({ ...usual, looks }, evidenceOf({ ...usual, looks }), shownPlan(plan)),
  ]
  const rows = evidenceRows({ ...judge, metrics: [metric] })
  expect(rows.map(({ skipped }) => skipped)).toEqual([null, 'incident', 'incident', null])
})

import { expect, test } from 'vitest'
import type { CanaryStatus, RunRecord } from '../../../../src/canary/api.gen.ts'
import { historyOf } from '../../../../src/report/runs/history.ts'
import { before, canary, progressing } from '../../commands/builders.ts'

const failed: RunRecord = {
  id: 11,
  result: 'Failed',
  reason: 'failed checks threshold reached 5',
  startedAt: before(9000),
  endedAt: before(8400),
  failedChecks: 5,
}

test('the run in progress comes first, with the checks that failed in it', () => {
  const { runs } = historyOf(canary({ status: { ...progressing, history: [failed] } }))
  expect(runs.map(({ id, result }) => `${id} ${result}`)).toEqual(['12 Running', '11 Failed'])
  expect(runs[0]?.checks.map(({ name }) => name)).toEqual([
    'request-success-rate',
    'request-duration',
  ])
  expect(runs[1]).toMatchObject({ cause: failed.reason, failedChecks: 5, checks: [], by: null })
})

test('while a canary waits for approval the run before is not told twice', () => {
  const history = [{ ...failed, id: 12 }]
  const status: CanaryStatus = { ...progressing, phase: 'Waiting', history }
  expect(historyOf(canary({ status })).runs.map(({ id }) => id)).toEqual([12])
})

test('a run that waits for approval to begin is no run that moves', () => {
  const status: CanaryStatus = { ...progressing, phase: 'Waiting', canaryAnalysis: { runId: 13 } }
  expect(historyOf(canary({ status })).runs).toMatchObject([
    { id: 13, result: 'Waiting', startedAt: null },
  ])
})

test('no record is something else than no run', () => {
  const idle: CanaryStatus = { phase: 'Initialized', lastAppliedSpec: 'v2:5b21aa7c11' }
  expect(historyOf(canary({ status: idle })).source).toBeNull()
  const ours = { ...idle, controller: 'canary-controller/v0.4.0' }
  expect(historyOf(canary({ status: ours })).source).toBe('status')
})

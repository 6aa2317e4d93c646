import { describe, expect, test } from 'vitest'
import type { JudgeStatus } from '../../../../src/canary/api.gen.ts'
import { judgeFor } from '../../../../src/metrics/evidence-judge.ts'
import { findIn } from '../../../support/find.ts'
import { askedAt, canary } from '../builders.ts'
import { ago, arms, given, independent, known, look, own, rate } from './looks.ts'

test('in the shadow ranges decide, and the judge only notes', () => {
  const status = { canaryAnalysis: { runId: 1 } }
  const of = given({ ...independent, mode: 'Shadow' }, { status })
  const { asked, verdict } = look(of, { value: 50 }, arms(150, 300, 28, 5700))
  expect(asked.map(({ kind }) => kind)).toEqual(['request-success-rate', 'counts'])
  expect(verdict).toMatchObject({ outcome: 'failed', judge: { verdict: 'Fail', shadow: true } })
  expect(verdict.final).toBeUndefined()
})

test('where the status keeps no run nothing is noted, and not one question more is asked', () => {
  const { asked, verdict } = look(given({ mode: 'Shadow' }), { value: 100 })
  expect(asked.map(({ kind }) => kind)).toEqual(['request-success-rate'])
  expect(verdict.judge).toBeUndefined()
})

test('the shadow keeps since when it would have rolled back, whatever comes after', () => {
  const shadow = { ...independent, mode: 'Shadow' }
  const status = { canaryAnalysis: { runId: 1 } }
  const found = look(given(shadow, { status }), { value: 100 }, arms(150, 300, 28, 5700)).verdict
    .judge
  const at = ago(0).replace('.000Z', 'Z')
  expect(found).toMatchObject({ verdict: 'Fail', wouldRollBackAt: at })
  const earlier = { ...(found as JudgeStatus), lastLook: ago(60), wouldRollBackAt: ago(60) }
  const later = given(shadow, { status: known(earlier) })
  const { verdict } = look(later, { value: 100 }, arms(0, 300, 28, 5700))
  expect(verdict.judge?.wouldRollBackAt).toBe(ago(60))
})

test('a range that fails counts as ever, beside a judge that is content', () => {
  const gauge = { name: 'queue', query: 'queue', thresholdRange: { max: 10 } }
  const of = given(independent, { metrics: [rate, gauge] })
  const { asked, verdict } = look(of, { value: 11 }, arms(1, 300, 28, 5700))
  expect(asked.map(({ metric }) => metric.name)).toEqual(['queue', 'request-success-rate'])
  expect(verdict).toMatchObject({ outcome: 'failed', by: 'queue' })
  expect(verdict.results.map(({ name }) => name)).toEqual(['request-success-rate', 'queue'])
})

test('a Canary that has nothing to judge goes by its ranges', () => {
  const gauge = { name: 'queue', query: 'queue', thresholdRange: { max: 10 } }
  const { verdict } = look(given({}, { metrics: [gauge] }), { value: 1 })
  expect(verdict).toMatchObject({ outcome: 'passed' })
  expect(verdict.judge).toBeUndefined()
})

describe('a metric with rules of its own', () => {
  const other = { ...own, name: 'other', thresholdRange: { max: 5 } }

  test('is judged by these, and the rest by those of the run', () => {
    const metrics = [rate, { ...other, judge: { ratio: 4, ignoreBelow: 1 } }]
    const of = given(independent, { metrics })
    const first = look(of, arms(1, 300, 28, 5_700), arms(1, 300, 28, 5_700)).verdict.judge
    expect(first?.plan).toMatchObject({ ratio: 2, ignoreBelow: 0.1 })
    expect(first?.metrics?.map(({ rules }) => rules)).toEqual([
      undefined,
      { ratio: 4, ignoreBelow: 1 },
    ])
    const status = known({ ...(first as JudgeStatus), lastLook: ago(60) })
    const again = look(
      given(independent, { metrics, status }),
      arms(1, 300, 28, 5_700),
      arms(1, 300, 28, 5_700),
    )
    expect(again.verdict.judge?.metrics?.map(({ looks }) => looks.split(' ').length)).toEqual([
      2, 2,
    ])
  })

  test('in the shadow is noted, and moves nothing', () => {
    const metrics = [rate, { ...other, judge: { mode: 'Shadow' } }]
    const of = given(independent, { metrics })
    const { verdict } = look(of, arms(1, 300, 28, 5_700), arms(150, 300, 28, 5_700))
    expect(verdict).toMatchObject({ outcome: 'passed', judge: { verdict: 'Inconclusive' } })
    expect(verdict.judge?.metrics?.[1]).toMatchObject({ name: 'other', shadow: true })
    expect(verdict.judge?.metrics?.[1]?.harm).toBeGreaterThan(100)
  })

  test('that is off is checked by its range', () => {
    const metrics = [{ ...rate, judge: { mode: 'Off' } }, other]
    const { asked } = look(given(independent, { metrics }), { value: 100 }, arms(1, 300, 28, 5_700))
    expect(asked.map(({ kind, metric }) => [kind, metric.name])).toEqual([
      ['request-success-rate', 'request-success-rate'],
      ['counts', 'other'],
    ])
  })
})

test('between two checks only counts are asked', () => {
  const gauge = { name: 'queue', query: 'queue', thresholdRange: { max: 10 } }
  const of = given({ ...independent, interval: '15s' }, { metrics: [rate, gauge] })
  const deps = { find: findIn([]), meshProvider: 'istio', now: askedAt, countsOnly: true }
  const asked = judgeFor(of)
    .look({ canary: of, ...deps })
    .next([])
  expect(asked.done ? [] : asked.value.map(({ kind }) => kind)).toEqual(['counts'])
})

test('without a judge not one question more is asked', () => {
  const of = canary([rate], {}, { interval: '1m' })
  expect(look(of, { value: 100 }).asked.map(({ kind }) => kind)).toEqual(['request-success-rate'])
})

import { expect, test } from 'vitest'
import type { Analysis, CanarySpec } from '../../../src/canary/api.gen.ts'
import { limitMsOf, ownRules, planOf, shownPlan } from '../../../src/judge/planned.ts'
import { canary } from '../../support/observation.ts'
import { plan } from './golden.ts'

const minuteMs = 60_000

function plannedFor(analysis: Partial<Analysis>, spec: Partial<CanarySpec> = {}) {
  const metrics = [{ name: 'request-success-rate', thresholdRange: { min: 99 } }]
  const of = canary({ analysis: { judge: {}, metrics, ...analysis }, spec })
  const {
    judge,
    metrics: [metric],
  } = of.analysis
  if (!judge || !metric) throw new Error('nothing is judged')
  return { ...planOf(of, judge, metric), limitMs: limitMsOf(of, judge) }
}

test('where users meet both versions the canary is held against the primary', () => {
  expect(plannedFor({})).toMatchObject({ compareTo: 'Primary', require: 'Ratio', objective: 0.01 })
})

test('where the canary has the traffic of a load test, its range alone judges', () => {
  const apart = { compareTo: 'Objective', require: 'Objective' }
  expect(plannedFor({ iterations: 10 })).toMatchObject(apart)
  expect(plannedFor({}, { provider: 'kubernetes' })).toMatchObject(apart)
})

test('copies of the requests of users are compared with what the primary made of them', () => {
  expect(plannedFor({ iterations: 10, mirror: true })).toMatchObject({ compareTo: 'Primary' })
})

test('the schedule is as long as the traffic is moved', () => {
  expect(plannedFor({}).scheduledLooks).toBe(3)
  expect(plannedFor({ stepWeight: 0, stepWeights: [1, 5, 10, 50] }).scheduledLooks).toBe(4)
  expect(plannedFor({ iterations: 12 }).scheduledLooks).toBe(12)
})

test('a long schedule is judged for three times as long, and a short one for an hour', () => {
  expect(plannedFor({}).limitMs).toBe(60 * minuteMs)
  expect(plannedFor({ iterations: 30 }).limitMs).toBe(90 * minuteMs)
})

test('a range that allows no failure at all is none that anybody could prove', () => {
  const all = [{ name: 'request-success-rate', thresholdRange: { min: 100 } }]
  const none = [{ name: 'request-success-rate' }]
  expect(plannedFor({ metrics: all })).not.toHaveProperty('objective')
  expect(plannedFor({ metrics: none })).not.toHaveProperty('objective')
})

test('a metric notes what it has otherwise than the run, and nothing else', () => {
  const shared = shownPlan(plan)
  expect(ownRules(plan, shared)).toBeUndefined()
  expect(ownRules({ ...plan, require: 'Objective', compareTo: 'Objective' }, shared)).toEqual({
    require: 'Objective',
    compareTo: 'Objective',
  })
  expect(ownRules({ ...plan, ratio: 3, ignoreBelow: 0.02 }, shared)).toEqual({
    ratio: 3,
    ignoreBelow: 2,
  })
})

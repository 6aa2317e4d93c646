import { expect, test } from 'vitest'
import { lastWeight, nextWeight, weightSteps } from '../../../src/analysis/weights.ts'

test('steps of tenths add up without a trace of binary fractions', () => {
  const plan = { stepWeight: 0.1, stepWeights: [], maxWeight: 0.7 }
  expect(weightSteps(plan)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
  expect(lastWeight(plan)).toBe(0.7)
  expect(nextWeight(plan, 0.7)).toBeUndefined()
})

test('a list may begin with less than a percent', () => {
  const plan = { stepWeight: 0, stepWeights: [0.1, 1, 50], maxWeight: 50 }
  expect(weightSteps(plan)).toEqual([0.1, 1, 50])
})

test('a plan without a weight above zero has everybody as its last', () => {
  expect(lastWeight({ stepWeight: 0, stepWeights: [0], maxWeight: 50 })).toBe(100)
  expect(lastWeight({ stepWeight: 10, stepWeights: [], maxWeight: 0 })).toBe(100)
})

import { expect, test } from 'vitest'
import { rangeBeside, rangeOf } from '../../../../src/drafts/rollout/condition.ts'

test.each([
  ['result[0] >= 0.95', { min: 0.95 }],
  ['result > 5', { min: 5 }],
  ['asFloat(result) < 1e-3', { max: 0.001 }],
  ['result[0] >= 0.9 && result[0] <= 1', { min: 0.9, max: 1 }],
])('%s are bounds', (condition, range) => expect(rangeOf(condition)).toEqual(range))

test.each([
  'len(result) == 0 || result[0] < 0.05',
  'isNaN(result[0]) || result[0] > 1',
  'result[0] == 1',
  'result.data.ok',
  'result[1] > 2',
  'result[0] > 1 && result[0] > 2',
  '',
])('%j is more than bounds can say', (condition) => expect(rangeOf(condition)).toBeUndefined())

test('what fails by one bound is well by the other', () => {
  expect(rangeBeside('result[0] >= 0.05')).toEqual({ max: 0.05 })
  expect(rangeBeside('result < 95')).toEqual({ min: 95 })
  expect(rangeBeside('default(result, 0) > 1')).toBeUndefined()
})

import { expect, test } from 'vitest'
import { conditionBeside, conditionOf } from '../../../../src/drafts/rollout/condition.ts'

test.each([
  ['result[0] >= 0.95', { min: 0.95 }],
  ['result > 5', { min: 5 }],
  ['asFloat(result) < 1e-3', { max: 0.001 }],
  ['result[0] >= 0.9 && result[0] <= 1', { min: 0.9, max: 1 }],
  ['(result[0] >= 0.9) && (result[0] <= 1)', { min: 0.9, max: 1 }],
  ['len(result) > 0 && result[0] >= 0.95', { min: 0.95 }],
  ['!isNaN(result[0]) && result[0] >= 0.95', { min: 0.95 }],
  ['default(result, 0) >= 0.95', { min: 0.95 }],
])('%s are bounds, and nothing is well without a value', (condition, range) =>
  expect(conditionOf(condition)).toEqual({ range }),
)

test.each([
  ['len(result) == 0 || result[0] < 0.05', { max: 0.05 }],
  ['result[0] < 0.05 || len(result) == 0', { max: 0.05 }],
  ['len(result) == 0 || isNaN(result[0]) || result[0] < 0.02', { max: 0.02 }],
  ['len(result) == 0 || (result[0] >= 0.9 && result[0] <= 1)', { min: 0.9, max: 1 }],
  ['default(result, 0) < 0.05', { max: 0.05 }],
])('%s is well without a value, too', (condition, range) =>
  expect(conditionOf(condition)).toEqual({ range, noData: 'pass' }),
)

test.each([
  'result[0] == 1',
  'result.data.ok',
  'result[1] > 2',
  'result[0] > 1 && result[0] > 2',
  'result[0] > 1 || result[0] < 0',
  'len(result) == 0',
  'len(result) > 0',
  '',
])('%j is more than bounds can say', (condition) => expect(conditionOf(condition)).toBeUndefined())

test('what fails by one bound is well by the other', () => {
  expect(conditionBeside('result[0] >= 0.05')).toEqual({ range: { max: 0.05 } })
  expect(conditionBeside('result < 95')).toEqual({ range: { min: 95 } })
  expect(conditionBeside('result[0] < 0.9 || result[0] > 1.1')).toEqual({
    range: { min: 0.9, max: 1.1 },
  })
  expect(conditionBeside('len(result) == 0 || result[0] < 0.9')).toEqual({ range: { min: 0.9 } })
})

test('what fails only with a value is well without one', () => {
  const noData = 'pass'
  expect(conditionBeside('default(result, 0) > 1')).toEqual({ range: { max: 1 }, noData })
  expect(conditionBeside('len(result) > 0 && result[0] < 9')).toEqual({ range: { min: 9 }, noData })
})

test.each(['result[0] > 1 && result[0] < 2', 'isInf(result)', ''])(
  'the failure %j is more than bounds can say',
  (condition) => expect(conditionBeside(condition)).toBeUndefined(),
)

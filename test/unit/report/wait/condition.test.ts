import { expect, test } from 'vitest'
import { UsageError } from '../../../../src/errors.ts'
import { readCondition } from '../../../../src/report/wait/condition.ts'

test.each([
  ['done', { kind: 'done' }],
  ['Promoted', { kind: 'promoted' }],
  ['phase=progressing', { kind: 'phase', phase: 'Progressing' }],
  ['weight=50', { kind: 'weight', weight: 50 }],
  ['condition=Promoted', { kind: 'condition', type: 'Promoted', status: 'True' }],
  ['condition=Promoted=False', { kind: 'condition', type: 'Promoted', status: 'False' }],
  ['delete', { kind: 'delete' }],
])('--for=%s is read', (text, condition) => {
  expect(readCondition(text)).toEqual(condition)
})

test.each(['', 'finished', 'phase=Rolling', 'weight=101', 'weight=x', 'done=1', 'condition='])(
  '--for=%s is refused',
  (text) => {
    expect(() => readCondition(text)).toThrow(UsageError)
  },
)

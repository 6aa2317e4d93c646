import { expect, test } from 'vitest'
import { byText } from '../../src/compare.ts'

test('times are sorted as they follow each other, and what has none comes first', () => {
  const times = ['2026-11-29T10:00:00Z', undefined, '2026-02-01T00:00:00Z', '2026-11-29T09:59:59Z']
  expect(times.map((at) => ({ at })).toSorted((one, other) => byText(one.at, other.at))).toEqual([
    { at: undefined },
    { at: '2026-02-01T00:00:00Z' },
    { at: '2026-11-29T09:59:59Z' },
    { at: '2026-11-29T10:00:00Z' },
  ])
})

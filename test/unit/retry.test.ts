import { expect, test } from 'vitest'
import { backoffMs, jittered, readRetryAfter } from '../../src/retry.ts'

const now = new Date('2026-01-01T00:00:00Z')

test.each([
  ['7', 7_000],
  ['0', 0],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['Thu, 01 Jan 2015 00:00:00 GMT', 0],
  ['86400', 300_000],
  ['Fri, 02 Jan 2026 00:00:00 GMT', 300_000],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('a Retry-After of %s means %s milliseconds', (value, ms) => {
  expect(readRetryAfter(value, { now, mostMs: 300_000 })).toBe(ms)
})

test('each wait is twice the one before, up to the longest', () => {
  const waits = [0, 1, 2, 3, 2000].map((attempt) =>
    backoffMs(attempt, { firstMs: 50, mostMs: 300 }),
  )
  expect(waits).toEqual([50, 100, 200, 300, 300])
})

test('chance takes half of a wait at most', () => {
  expect(jittered(100, 0)).toBe(50)
  expect(jittered(100, 0.999)).toBeLessThan(100)
})

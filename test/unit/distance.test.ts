import { expect, test } from 'vitest'
import { distance } from '../../src/distance.ts'

test.each([
  ['status', 'status', 0],
  ['watc', 'watch', 1],
  ['promot', 'promote', 1],
  ['lnit', 'lint', 1],
  ['stauts', 'status', 1],
  ['ilnt', 'lint', 1],
  ['tnil', 'lint', 3],
  ['', 'list', 4],
  ['ca', 'abc', 3],
])('%s is so far from %s: %i', (one, other, edits) => {
  expect(distance(one, other)).toBe(edits)
  expect(distance(other, one)).toBe(edits)
})

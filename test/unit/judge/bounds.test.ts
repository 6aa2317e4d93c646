import { expect, test } from 'vitest'
import { boundsFor } from '../../../src/judge/bounds.ts'

/** Of 10,000 requests, with the usual buckets of a mesh. */
const buckets = [
  ...[
    { boundMs: 5, within: 1_000 },
    { boundMs: 25, within: 6_000 },
  ],
  ...[
    { boundMs: 100, within: 8_900 },
    { boundMs: 250, within: 9_800 },
  ],
  ...[
    { boundMs: 500, within: 9_980 },
    { boundMs: 1_000, within: 10_000 },
  ],
  { boundMs: Number.POSITIVE_INFINITY, within: 10_000 },
]

test('a run is judged by the bound that the range names, and by that which a tenth exceed', () => {
  expect(boundsFor(buckets, { maxMs: 500, hasBody: true })).toEqual([500, 100])
})

test('of bounds the nearest in ratio is taken', () => {
  expect(boundsFor(buckets, { maxMs: 340, hasBody: false })).toEqual([250])
  expect(boundsFor(buckets, { maxMs: 360, hasBody: false })).toEqual([500])
})

test('no bound stands twice', () => {
  expect(boundsFor(buckets, { maxMs: 110, hasBody: true })).toEqual([100])
})

test('too few requests say nothing of the body', () => {
  const few = buckets.map(({ boundMs, within }) => ({ boundMs, within: within / 1_000 }))
  expect(boundsFor(few, { maxMs: 500, hasBody: true })).toEqual([500])
})

test('without buckets there is nothing to judge by', () => {
  expect(boundsFor([], { maxMs: 500, hasBody: true })).toEqual([])
  const infinite = [{ boundMs: Number.POSITIVE_INFINITY, within: 5 }]
  expect(boundsFor(infinite, { maxMs: 500, hasBody: true })).toEqual([])
})

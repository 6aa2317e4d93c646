import { expect, test } from 'vitest'
import {
  dispersionInTime,
  dispersionOf,
  type Halves,
  usualRate,
} from '../../../src/judge/dispersion.ts'

const history: Halves[] = '3-2 1-4 2-2 5-0 0-1 2-3 4-4 1-0 3-3 2-5 0-2 6-1'
  .split(' ')
  .map((pair) => pair.split('-').map(Number))
  .map(([first = 0, second = 0]) => ({ first, second, share: 0.5, all: 1000 }))

test('clusters are measured on two halves of the primary', () => {
  const { cluster, noise } = dispersionOf(history)
  expect(cluster).toBeCloseTo(1.875489, 6)
  expect(noise).toBe(0)
})

test('a history of fewer than twelve looks says no more than the careful guess', () => {
  const short = history.slice(0, 11)
  const failures = short.reduce((sum, { first, second }) => sum + first + second, 0)
  expect(dispersionOf(short).cluster).toBeCloseTo((failures + 60) / (failures + 20), 12)
})

test('no history at all leaves three failures to count as one', () => {
  expect(dispersionOf([])).toEqual({ cluster: 3, noise: 0 })
  expect(usualRate([])).toBeUndefined()
})

test('what is more than clusters of five explain is noise of the rates', () => {
  const wild = Array.from({ length: 200 }, (_, at) => ({
    ...{ first: at % 2 ? 90 : 10, second: at % 2 ? 10 : 90 },
    ...{ share: 0.5, all: 10_000 },
  }))
  const { cluster, noise } = dispersionOf(wild)
  expect(cluster).toBe(5)
  expect(noise).toBeGreaterThan(1)
})

test('a swing of both halves is noise in time, and none between the halves', () => {
  const swings = Array.from({ length: 200 }, (_, at) => ({
    ...{ first: at % 4 < 2 ? 80 : 20, second: at % 4 < 2 ? 80 : 20 },
    ...{ share: 0.5, all: 10_000 },
  }))
  expect(dispersionOf(swings)).toEqual({ cluster: expect.closeTo(1, 1), noise: 0 })
  expect(dispersionInTime(swings).noise).toBeGreaterThan(0.1)
})

test('the usual rate is that without the worst twentieth of the looks', () => {
  const quiet = Array.from({ length: 95 }, () => ({ first: 1, second: 1, share: 0.5, all: 400 }))
  const incident = Array.from({ length: 5 }, () => ({
    first: 90,
    second: 90,
    share: 0.5,
    all: 400,
  }))
  expect(usualRate([...incident, ...quiet])).toBeCloseTo(0.005, 12)
})

import { expect, test } from 'vitest'
import {
  type ClockSight,
  deadlineNow,
  sightOf,
} from '../../../../controller/tick/deadline-clock.ts'

const minute = 60_000
const hour = 60 * minute
const deadline = 10 * minute

/** The time by which deadlines are counted at each reading, in minutes since noon. */
function times(...readings: [wall: number, monotonic: number][]): number[] {
  let sight: ClockSight | undefined
  return readings.map(([wall, monotonic]) => {
    const reading = { wallMs: wall * minute, monotonicMs: monotonic * minute }
    sight = sightOf(sight, reading, deadline)
    return deadlineNow(sight).getTime() / minute
  })
}

test('as long as nobody sets the clock, it is the time of day', () => {
  expect(times([0, 70], [1, 71], [30, 100])).toEqual([0, 1, 30])
})

test('a clock that is set forward makes no deadline shorter', () => {
  expect(times([0, 0], [61, 1], [65, 5], [70, 10])).toEqual([0, 1, 5, 10])
})

test('once a whole deadline has gone by since, it is the time of day again', () => {
  expect(times([0, 0], [61, 1], [71, 11], [72, 12])).toEqual([0, 1, 71, 72])
})

test('a clock that is set back makes deadlines longer, never shorter', () => {
  expect(times([60, 0], [1, 1], [2, 2])).toEqual([60, 1, 2])
})

test('a clock that is kept right second by second is not taken for one that was set', () => {
  const readings = [0, 1, 2].map((at) => ({ wallMs: at * 61_000, monotonicMs: at * minute }))
  const last = readings.reduce<ClockSight | undefined>(
    (sight, reading) => sightOf(sight, reading, hour),
    undefined,
  )
  expect(last && deadlineNow(last).getTime()).toBe(122_000)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration, readDuration } from '../../../src/canary/duration.ts'

test.each([
  ['30s', 30_000],
  ['1m', 60_000],
  ['1m30s', 90_000],
  ['1h', 3_600_000],
  ['1h1m1.001s', 3_661_001],
  ['10ms', 10],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['1.s', 1000],
  ['250us', 0.25],
  ['250µs', 0.25],
  ['250μs', 0.25],
  ['1000000ns', 1],
  ['1.5ns', 0.000001],
  ['0.29s', 290],
  [`0.${'1'.repeat(400)}s`, 111.111111],
  ['0', 0],
  ['-0', 0],
  ['+2s', 2000],
  ['-2s', -2000],
])('reads %s', (text, ms) => {
  expect(parseDuration(text)).toBeCloseTo(ms, 9)
})

test.each([
  ['', 'time: invalid duration ""'],
  ['-', 'time: invalid duration "-"'],
  ['abc', 'time: invalid duration "abc"'],
  ['.s', 'time: invalid duration ".s"'],
  ['10', 'time: missing unit in duration "10"'],
  ['1m30', 'time: missing unit in duration "1m30"'],
  ['1min', 'time: unknown unit "min" in duration "1min"'],
  ['5mfoo', 'time: unknown unit "mfoo" in duration "5mfoo"'],
  ['1d', 'time: unknown unit "d" in duration "1d"'],
  ['1 s', 'time: unknown unit " s" in duration "1 s"'],
  ['1constructor', 'time: unknown unit "constructor" in duration "1constructor"'],
  ['1"\\é', 'time: unknown unit "\\"\\\\\\xc3\\xa9" in duration "1\\"\\\\\\xc3\\xa9"'],
  ['9999999h', 'time: invalid duration "9999999h"'],
])('refuses %j with the error of Go', (text, error) => {
  expect(readDuration(text)).toEqual({ error })
  expect(parseDuration(text)).toBeUndefined()
})

test.each([
  [0, '0s'],
  [0.000001, '1ns'],
  [0.25, '250µs'],
  [0.0015, '1.5µs'],
  [5, '5ms'],
  [1.5, '1.5ms'],
  [500, '500ms'],
  [1515, '1.515s'],
  [1515.123456, '1.515123456s'],
  [30_000, '30s'],
  [60_000, '1m0s'],
  [90_500, '1m30.5s'],
  [3_600_000, '1h0m0s'],
  [3_661_001, '1h1m1.001s'],
  [-90_000, '-1m30s'],
])('writes %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('reads what it wrote', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 3)
    }),
  )
})

test('answers any text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const read = readDuration(text)
      expect('ms' in read ? Number.isFinite(read.ms) : read.error.startsWith('time: ')).toBe(true)
    }),
  )
})

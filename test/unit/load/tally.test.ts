import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTally, reportOf } from '../../../src/load/tally.ts'

test('percentiles are right to 1 %', () => {
  const times = fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1 })
  fc.assert(
    fc.property(times, (all) => {
      const tally = createTally()
      for (const ms of all) tally.answered(200, ms, 1)
      const sorted = all.toSorted((a, b) => a - b)
      const { percentiles, slowestMs, fastestMs } = tally.result(1000)
      expect([fastestMs, slowestMs]).toEqual([sorted[0], sorted.at(-1)])
      for (const [percent, ms] of percentiles) {
        const exact = sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0
        expect(Math.abs(ms - exact) / exact).toBeLessThan(0.0101)
      }
    }),
  )
})

test('the report has the lines that scripts look for in that of hey', () => {
  const tally = createTally()
  for (const ms of [10, 20, 30, 40]) tally.answered(200, ms, 5)
  tally.answered(503, 100, 5)
  tally.failed('connection refused')
  const report = reportOf(tally.result(2000))
  expect(report).toContain('Requests/sec:\t3.0000')
  expect(report).toContain('  [200]\t4 responses\n  [503]\t1 responses')
  expect(report).toContain('  [1]\tconnection refused')
  expect(report).toMatch(/ {2}50% in 0\.030\d secs/)
})

test('nothing answered has no percentiles, and errors of endless wordings are few', () => {
  const tally = createTally()
  for (let index = 0; index < 500; index++) tally.failed(`port ${index}`)
  const { percentiles, errors, requests } = tally.result(1)
  expect([percentiles, errors.length, requests]).toEqual([[], 21, 500])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planAfter } from '../../../../controller/tick/plan.ts'

const now = new Date('2026-01-01T00:00:00Z')
const nowMs = 5_000
const atMs = 5_200
const later = (ms: number) => new Date(now.getTime() + ms)
const plan = (wakeAt: Date | undefined, changed = false) =>
  planAfter({ wakeAt, now, nowMs, changed }, atMs)

test('a plan counts from the moment that the look saw, not from its end', () => {
  expect(plan(later(10_000))).toBe(nowMs + 10_000)
  expect(plan(undefined)).toBeUndefined()
})

test.each([
  ['in the past', later(-3_600_000)],
  ['now', now],
  ['at no time', new Date(Number.NaN)],
])('a plan %s is a second ahead, and now only where something was changed', (_, wakeAt) => {
  expect(plan(wakeAt)).toBe(atMs + 1_000)
  expect(plan(wakeAt, true)).toBe(atMs)
})

test('no plan is further than a minute ahead: a pause ends in time where the clock was set', () => {
  expect(plan(later(86_400_000))).toBe(nowMs + 60_000)
})

test('whatever is planned, it is a number, and never earlier than the look itself', () => {
  const dates = fc.oneof(fc.date({ noInvalidDate: false }), fc.constant(now))
  fc.assert(
    fc.property(dates, fc.boolean(), (wakeAt, changed) => {
      expect(plan(wakeAt, changed)).toBeGreaterThan(nowMs)
    }),
  )
})

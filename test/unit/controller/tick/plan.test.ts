import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Queue } from '../../../../controller/queue/queue.ts'
import { planAfter } from '../../../../controller/tick/plan.ts'
import { fakeClock } from '../../io/fake-clock.ts'

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

test('whatever a canary is decided to be, its looks keep their pace, and another is looked at', async () => {
  const answer = fc.record({
    wakeAt: fc.oneof(
      fc.integer({ min: -1e12, max: 1e12 }).map((ms) => new Date(ms)),
      fc.integer({ min: -5, max: 5 }).map((ms) => later(ms)),
      fc.constant(new Date(Number.NaN)),
      fc.constant(undefined),
    ),
    changed: fc.boolean(),
    /** The look wrote something, and is woken by that. */
    isWoken: fc.boolean(),
  })
  const seconds = 5
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1 }), async (answers) => {
      const clock = fakeClock()
      let looks = 0
      const others: number[] = []
      const queue = new Queue({
        clock,
        concurrency: 4,
        async work(key) {
          if (key === 'other') return void others.push(clock.monotonicMs())
          const { wakeAt, changed, isWoken } = answers[looks % answers.length] ?? { changed: true }
          looks += 1
          if (isWoken) queue.add(key)
          const nowMs = clock.monotonicMs()
          const next = planAfter({ wakeAt, now, nowMs, changed }, nowMs)
          if (next !== undefined) queue.add(key, next)
        },
      })
      queue.add('greedy')
      for (let ms = 0; ms < seconds * 1_000; ms += 10) {
        if (ms === 2_000) queue.add('other')
        // A turn of the event loop, and all that it leads to without another one.
        const before = looks
        clock.turn()
        expect(looks - before).toBeLessThanOrEqual(1)
        for (let turn = 0; turn < 5; turn++) await Promise.resolve()
        expect(looks - before).toBeLessThanOrEqual(1)
        clock.step(10)
        for (let turn = 0; turn < 5; turn++) await Promise.resolve()
      }
      expect(looks).toBeLessThanOrEqual(50 + 20 * seconds)
      expect(others).toHaveLength(1)
    }),
    { numRuns: 50 },
  )
})

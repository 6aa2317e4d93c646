import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../../src/io/clock.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const dayMs = 24 * 3600 * 1000

test('a wait of months ends when it is over, and not at once', () => {
  const called = vi.fn()
  systemClock.after(100 * dayMs, called)
  vi.advanceTimersByTime(100 * dayMs - 1)
  expect(called).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(called).toHaveBeenCalledOnce()
})

test('a wait of months can be cancelled at any time', () => {
  const called = vi.fn()
  const cancel = systemClock.after(100 * dayMs, called)
  vi.advanceTimersByTime(60 * dayMs)
  cancel()
  vi.advanceTimersByTime(100 * dayMs)
  expect(called).not.toHaveBeenCalled()
})

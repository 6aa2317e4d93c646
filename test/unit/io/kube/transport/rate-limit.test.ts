import { expect, test } from 'vitest'
import { createRateLimit } from '../../../../../src/io/kube/transport/rate-limit.ts'
import { fakeClock } from '../../fake-clock.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('lets a burst pass, and then so many a second, in order', async () => {
  const clock = fakeClock()
  const limit = createRateLimit(clock, 2, 3)
  const passed: number[] = []
  for (let number = 1; number <= 6; number += 1) void limit.take().then(() => passed.push(number))
  await settled()
  expect(passed).toEqual([1, 2, 3])
  clock.step(500)
  await settled()
  expect(passed).toEqual([1, 2, 3, 4])
  clock.step(1_000)
  await settled()
  expect(passed).toEqual([1, 2, 3, 4, 5, 6])
})

test('saves up no more than a burst', async () => {
  const clock = fakeClock()
  const limit = createRateLimit(clock, 10, 2)
  clock.step(60_000)
  let passed = 0
  for (let number = 0; number < 4; number += 1) void limit.take().then(() => (passed += 1))
  await settled()
  expect(passed).toBe(2)
})

test('lets whoever gives up go at once', async () => {
  const clock = fakeClock()
  const limit = createRateLimit(clock, 1, 1)
  await limit.take()
  const stop = new AbortController()
  const waiting = limit.take(stop.signal)
  stop.abort()
  await waiting
  expect(clock.nextMs()).toBeUndefined()
})

test('without a rate waits for nothing', async () => {
  const limit = createRateLimit(fakeClock(), 0, 0)
  for (let number = 0; number < 1_000; number += 1) await limit.take()
})

test('a time of day that is set back or forward changes nothing of the rate', async () => {
  const clock = fakeClock()
  const limit = createRateLimit(clock, 1, 1)
  await limit.take()
  for (const byMs of [-3_600_000, 7_200_000]) {
    clock.set(byMs)
    let isTaken = false
    const taking = limit.take().then(() => {
      isTaken = true
    })
    clock.step(999)
    await Promise.resolve()
    expect(isTaken).toBe(false)
    clock.step(1)
    await taking
  }
})

/** `npm run soak` plays it with two hundred of them. */
import { expect, test } from 'vitest'
import { feel, verbs } from './neighbours.ts'
import { sizeOf, timeout } from './size.ts'

/** Every way to be hostile, at least once. */
const hostile = sizeOf('neighbours', 20)

const promise =
  'beside a namespace of hostile canaries a rollout of another takes at most twice its quiet time, and orders are carried out within two seconds'

test(promise, { timeout }, async () => {
  const quiet = await feel({ hostile: 0 })
  const noisy = await feel({ hostile })

  console.log(`${hostile} hostile canaries:`, noisy, 'and none:', quiet)
  // As much of the room as one namespace can get.
  expect(noisy.hanging).toBeGreaterThanOrEqual(6)
  expect(noisy.rolloutMs).toBeLessThanOrEqual(2 * quiet.rolloutMs)
  expect(noisy.newcomerMs).toBeLessThanOrEqual(2 * quiet.newcomerMs)
  for (const verb of verbs) expect(noisy.answeredMs[verb], verb).toBeLessThanOrEqual(2_000)
  expect([quiet.defects, noisy.defects]).toEqual([[], []])
})

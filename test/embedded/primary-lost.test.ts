/** All pods of the primary go at the very moment at which the traffic is to go back to them. */
import { expect, test } from 'vitest'
import { annotate, killPods } from '../model/acts.ts'
import { diagnosed } from './support/diagnosed.ts'
import { givenStepped, type SteppedCanary } from './support/stepped.ts'

const why = 'no pod of the primary is ready, and the canary serves until one is'

async function inRun(gates = false): Promise<SteppedCanary> {
  const canary = await givenStepped({ gates, plan: 'list' })
  canary.setImage('b')
  await canary.pass(40)
  expect(canary.share()).toBe(60)
  return canary
}

test('an abort waits for a pod, and every reader is told what for', async () => {
  const { world, pass, share, status, events } = await inRun()
  killPods(world, 'primary')
  await pass(0)
  annotate(world, { 'flagger.app/abort': 'true' })
  await pass(1)
  expect(share()).toBe(60)
  expect(status().requests?.abort).toMatchObject({ result: 'accepted' })
  const { explained } = await diagnosed(world)
  expect(explained).toMatchObject({ rule: 'wayBackIsAwaited' })
  expect(explained.seen).toContain(`to be aborted: ${why}`)

  await pass(10)
  expect(share()).toBe(0)
  expect(status()).toMatchObject({ phase: 'Failed', requests: { abort: { result: 'done' } } })
  const said = events().filter((text) => text.includes('The abort of app.test waits'))
  expect(said).toHaveLength(1)
})

test('a rollback hook that takes its time leads nobody to pods that went meanwhile', async () => {
  const { world, pass, share, status } = await inRun(true)
  Object.assign(world.outside, { gates: ['rollback'], answerMs: 2_000 })
  await pass(24)
  killPods(world, 'primary')
  const shares: number[] = []
  for (let second = 0; second < 3; second++) {
    await pass(1)
    shares.push(share())
  }
  expect(shares).toEqual([60, 60, 60])
  await pass(10)
  expect(status().phase).toBe('Failed')
})

test('a fix rolls out over a primary that has been down for longer than its deadline', async () => {
  const { world, patch, pass, setImage, status, share } = await givenStepped({ plan: 'list' })
  const containers = [{ name: 'app', image: 'stuck' }]
  const strategy = { type: 'Recreate', rollingUpdate: null }
  patch(world.primary, { spec: { strategy, template: { spec: { containers } } } })
  await pass(3_600)
  setImage('b')
  // Steps of half a minute: 10, 60, 90 percent.
  await pass(80)
  expect(share()).toBeGreaterThan(0)
  await pass(300)
  expect(status()).toMatchObject({ phase: 'Succeeded' })
  expect(JSON.stringify(world.store.get(world.primary))).toContain('"image":"b"')
  expect(status().history).toHaveLength(1)
})

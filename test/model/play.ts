/** One sequence, from an empty cluster to the end of everything. */

import { furnish, heal, setImage, take } from './acts.ts'
import { type CanaryChoice, canaryRef } from './objects.ts'
import {
  checkAlerts,
  checkEnd,
  checkFormer,
  checkOrphans,
  checkRequests,
  checkRest,
  lookAround,
  observers,
  roundsOf,
} from './rules.ts'
import type { Step } from './steps.ts'
import { type Course, canaryIn, createWorld, tell, type World } from './world.ts'

export interface Sequence {
  canary: CanaryChoice
  steps: readonly Step[]
}

const hourMs = 3_600_000
/** A fault is over so long before what is seen is held against the controller. */
const quietMs = 150_000

/** Plays it; `broken` of the answer says which rules did not hold. */
export async function play({ canary: choice, steps }: Sequence): Promise<Course> {
  const world = createWorld(choice, observers)
  try {
    furnish(world)
    world.startProcess()
    await world.clock.pass(60_000)
    await playSteps(world, steps)
    await playEnd(world)
  } catch (error) {
    world.record.broken.push(`it threw: ${error instanceof Error ? error.stack : error}`)
  } finally {
    world.end()
  }
  return world.record
}

const troubles = new Set([
  'restart',
  'down',
  'fault',
  'slow',
  'drop watches',
  'delete',
  'edit',
  'recreate',
  'twin',
])

async function playSteps(world: World, steps: readonly Step[]): Promise<void> {
  let troubledMs = 0
  for (const step of steps) {
    const before = world.record.requests
    await take(world, step, lookAround)
    const canaryNow = canaryIn(world)
    if (step.do === 'edit' && canaryNow)
      world.record.asked = Math.min(world.record.asked, roundsOf(canaryNow))
    const seconds = step.do === 'wait' || step.do === 'down' ? step.seconds : 0
    checkRequests(world, before, 150 + 2 * seconds, `in a step of ${seconds} s`)
    const { weather, clock } = world
    if (troubles.has(step.do) || weather.failing > 0 || weather.watchMs + weather.requestMs > 0)
      troubledMs = clock.monotonicMs()
    if (step.do === 'wait' && step.seconds > 0 && clock.monotonicMs() - troubledMs > quietMs)
      checkRest(world)
  }
}

async function playEnd(world: World): Promise<void> {
  const { store, clock, record } = world
  tell(world, 'all is well again')
  await heal(world)
  tell(world, 'a good revision comes')
  setImage(world, 'good')
  await clock.pass(hourMs)
  checkEnd(world)
  checkAlerts(world)
  checkFormer(world)
  const before = record.requests
  await clock.pass(hourMs)
  checkRequests(world, before, 0, 'while nothing happens')
  tell(world, 'the Canary is deleted')
  store.delete(canaryRef)
  await clock.pass(hourMs)
  if (canaryIn(world)) record.broken.push('the Canary can not be deleted')
  checkOrphans(world)
}

/** A world in each phase, and requests that people make of it. */
import type { Phase } from '../../../src/canary/api.gen.ts'
import {
  advance,
  annotate,
  deploy,
  hooksOf,
  idleWorld,
  newWorld,
  settle,
  statusOf,
  type World,
} from '../../support/world.ts'

/** A world in this phase; `green` is under way in all but the idle ones. */
export function worldIn(phase: Phase): World {
  switch (phase) {
    case 'Initializing': {
      const world = newWorld({ startupMs: 30_000 })
      settle(world)
      return world
    }
    case 'Initialized':
      return idleWorld()
    case 'Waiting':
      return gated('confirm-rollout', 0)
    case 'WaitingPromotion':
      return gated('confirm-promotion', 3)
    case 'Progressing':
      return after(0)
    case 'Promoting':
      return after(3, 600_000)
    case 'Finalising':
      return after(3)
    case 'Succeeded':
      return after(5)
    default: {
      const world = after(0)
      world.failing = 'err 100.00 > 50'
      advance(world, 2 * 60_000)
      return world
    }
  }
}

export function gated(type: 'confirm-rollout' | 'confirm-promotion', minutes: number): World {
  const world = idleWorld({ analysis: { webhooks: hooksOf(type) }, closed: [type] })
  deploy(world, 'green')
  advance(world, minutes * 60_000)
  return world
}

export function after(minutes: number, startupMs = 0): World {
  const world = idleWorld()
  deploy(world, 'green')
  world.startupMs = startupMs
  advance(world, minutes * 60_000)
  return world
}

/** The result of a request in this world, and the phase it led to. */
export function asked(world: World, verb: string, value: string | object = 'true') {
  annotate(world, verb, value)
  return `${statusOf(world).requests?.[verb]?.result} ${statusOf(world).phase}`
}

/** Runs that a gate holds, and what happens from one look at it to the next. */
import {
  advance,
  deploy,
  hooksOf,
  idleWorld,
  rowAndEvents,
  type World,
  type WorldOptions,
} from '../../../support/world.ts'

export const starting = 'N Starting canary analysis for checkout.shop'

/** `green` is on its way, and the only gate of its Canary is shut. */
export function heldAt(
  type: 'confirm-rollout' | 'confirm-promotion',
  { analysis, ...of }: WorldOptions = {},
): World {
  const webhooks = hooksOf(type)
  const world = idleWorld({ ...of, analysis: { ...analysis, webhooks }, closed: [type] })
  deploy(world, 'green')
  return world
}

export function tick(world: World, ms = 60_000): string[] {
  advance(world, ms)
  return rowAndEvents(world)
}

/** What events tell of a run, in the words of the original. */
import { advance, deploy, idleWorld, rowAndEvents, type World } from '../../support/world.ts'

export const scalingUp = [
  'N New revision detected! Scaling up checkout.shop',
  'alert info New revision detected, progressing canary analysis.',
]

export const copying = 'N Copying checkout.shop template spec to checkout-primary.shop'

export const starting = 'N Starting canary analysis for checkout.shop'

export const completed = [
  'N Promotion completed! Scaling down checkout.shop',
  'alert info Canary analysis completed successfully, promotion finished.',
]

export const advanced = (weight: number) => `N Advance checkout.shop canary weight ${weight}`

/** What every interval brings, until nothing happens any more or `ticks` have passed. */
export function ticks(world: World, count: number, ms = 60_000): string[][] {
  return Array.from({ length: count }, () => {
    advance(world, ms)
    return rowAndEvents(world)
  })
}

/** A world in which `green` has just been deployed, with the first row still to be read. */
export function released(options: Parameters<typeof idleWorld>[0] = {}): World {
  const world = idleWorld(options)
  deploy(world, 'green')
  return world
}

/** The same after the first weight or iteration. */
export function underway(options: Parameters<typeof idleWorld>[0] = {}): World {
  const world = released(options)
  rowAndEvents(world)
  return world
}

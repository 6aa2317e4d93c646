/** What happens from one look at a gate to the next. */
import { advance, rowAndEvents, type World } from '../../../support/world.ts'

export const starting = 'N Starting canary analysis for checkout.shop'

export function tick(world: World, ms = 60_000): string[] {
  advance(world, ms)
  return rowAndEvents(world)
}

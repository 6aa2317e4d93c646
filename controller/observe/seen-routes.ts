/** The traffic in force as a step sees it, whether or not it can be read. */
import type { Observation } from '../../src/analysis/decision.ts'
import { InvalidSpecError } from '../../src/errors.ts'
import {
  type Acceptance,
  accepted,
  type Router,
  type RouterContext,
} from '../../src/routers/router.ts'

/** What the router reads; a sentence where somebody has to correct what is there. */
export function seenRoutes(router: Router, context: RouterContext): Observation['routes'] {
  try {
    return router.routes(context)
  } catch (error) {
    if (error instanceof InvalidSpecError) return { unreadable: error.message }
    throw error
  }
}

/**
 * Routes that are not there, or can't be read, are dealt with as such. `absence` says why nobody is
 * led by them, whatever they say of themselves.
 */
export function acceptanceOf(
  router: Router,
  context: RouterContext,
  { routes, absence }: { routes: Observation['routes']; absence?: string | undefined },
): Acceptance {
  if (routes === undefined || 'unreadable' in routes) return accepted
  return absence === undefined
    ? router.accepted(context, routes)
    : { state: 'pending', why: absence }
}

/** Traffic: what is in force, what should be, and the cookies that go with a move. */
import { isRunning } from '../canary/phases.ts'
import { type Routes, splitAt } from '../routers/router.ts'
import type { Effect, Observation } from './decision.ts'
import { allToCanary, phaseOf, toCanary, toPrimary, writeStatus } from './effects/act.ts'
import { runOf } from './status/status.ts'
import { adapt } from './strategy.ts'

/**
 * The routes in force, or undefined where they can't be read. A routing object that was deleted
 * in the middle of a run counts as what it was.
 */
export function readRoutes(seen: Observation): Routes | undefined {
  const { routes } = seen
  if (routes === undefined) return isRunning(phaseOf(seen)) ? remembered(seen) : undefined
  return 'unreadable' in routes ? undefined : routes
}

/**
 * The routes that must be in force before this step does anything: those that are, while a run is
 * on; everything on the primary while none is, whatever somebody wrote into the routing object,
 * because the canary is then scaled to zero. A routing object that was deleted in the middle of a
 * run comes back with the weights of the run.
 */
export function routesDue(seen: Observation): Routes {
  const phase = phaseOf(seen)
  if (!isRunning(phase)) return isServedByCanary(seen) ? allToCanary : toPrimary
  // Some users had the canary in an A/B test; without the match it would be everybody.
  const wasTest = runOf(seen).strategy === 'ab-testing'
  if (wasTest && isOtherStrategy(seen)) return toPrimary
  const now = readRoutes(seen) ?? remembered(seen)
  return isOverBroken(seen) && now.canary === 100 ? allToCanary : now
}

/** An A/B test shows no weight, unless the next revision follows one whose promotion failed. */
function isOverBroken(seen: Observation): boolean {
  const { canaryWeight } = seen.canary.status
  return (
    phaseOf(seen) === 'Promoting' && canaryWeight === 100 && seen.canary.strategy === 'ab-testing'
  )
}

/** Whether the spec asks for another strategy than the one that the run has followed so far. */
export function isOtherStrategy(seen: Observation): boolean {
  const { strategy } = runOf(seen)
  return strategy !== undefined && strategy !== adapt(seen).strategy
}

/** After a failed promotion the healthy canary serves everybody, until the next revision. */
export function isServedByCanary(seen: Observation): boolean {
  return phaseOf(seen) === 'Failed' && seen.canary.status.canaryWeight === 100
}

/** The canary's weight that the status knows of this run; undefined where it has no room for it. */
export function notedWeight({ canary }: Observation): number | undefined {
  const { canaryAnalysis, canaryWeight = 0 } = canary.status
  return canaryAnalysis?.weight ?? (canary.strategy === 'canary' ? canaryWeight : undefined)
}

/**
 * The weight up to which the run has made its checks: more than that was sent by somebody else, and
 * counts for no step; where somebody sent less, that is where the next step starts.
 */
export function countedWeight(seen: Observation, now: Routes): number {
  // Past the last step the status of Flagger says nothing of the weight.
  if (phaseOf(seen) !== 'Progressing') return now.canary
  return Math.min(now.canary, notedWeight(seen) ?? now.canary)
}

/** Routes that give the canary more than its run has come to; undefined where none do. */
export function raisedRoutes(seen: Observation): Routes | undefined {
  const now = seen.abilities.weights ? readRoutes(seen) : undefined
  return now && now.canary > countedWeight(seen, now) ? now : undefined
}

function remembered(seen: Observation): Routes {
  const { weight, mirrored = false, mirrorWeight } = runOf(seen)
  if (weight !== undefined)
    return {
      ...splitAt(weight),
      mirrored,
      ...(mirrored && mirrorWeight !== undefined && { mirrorWeight }),
    }
  const { canaryWeight = 0, iterations = 0 } = seen.canary.status
  const { strategy, iterations: last } = adapt(seen)
  if (strategy === 'canary') return splitAt(canaryWeight)
  const isSwitched = strategy === 'ab-testing' ? iterations > 0 : iterations > last
  return isSwitched ? toCanary : toPrimary
}

/**
 * Moves traffic. With session affinity the cookies are stored first, so that a process that dies
 * in between never leaves a route whose cookie nobody knows.
 */
export function shift(seen: Observation, routes: Routes): Effect[] {
  const cookies = cookiesFor(seen, routes)
  return cookies ? [writeStatus(cookies), { kind: 'route', routes }] : [{ kind: 'route', routes }]
}

function cookiesFor(seen: Observation, { canary: weight }: Routes) {
  const { sessionAffinity } = seen.canary.analysis
  if (!sessionAffinity || !seen.abilities.sessionAffinity) return undefined
  const { status: now } = seen.canary
  if (weight === 0) {
    if (!now.sessionAffinityCookie) return undefined
    return {
      previousSessionAffinityCookie: now.sessionAffinityCookie,
      sessionAffinityCookie: undefined,
    }
  }
  const { cookieName, primaryCookieName = '' } = sessionAffinity
  // Without a name Flagger stores a cookie that nobody is sent; a cluster that goes back finds it.
  const isNamed = now.primarySessionAffinityCookie?.startsWith(`${primaryCookieName}=`)
  const fresh = {
    ...(!now.sessionAffinityCookie && {
      sessionAffinityCookie: `${cookieName}=${seen.letters.slice(0, 10)}`,
    }),
    ...(!isNamed && {
      primarySessionAffinityCookie: `${primaryCookieName}=${seen.letters.slice(10, 20)}`,
    }),
  }
  return Object.keys(fresh).length > 0 ? fresh : undefined
}

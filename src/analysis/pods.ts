/** A canary without pods: to Kubernetes it is ready, to its users it is not. */
import { isBackAtPromoted } from './change.ts'
import type { Observation } from './decision.ts'
import { isOtherStrategy, readRoutes, routesDue } from './routes.ts'

/** Whether the canary is at zero although the primary is not. */
export function hasNoPods({ workload: { atRest } }: Observation): boolean {
  return atRest?.target === true && !atRest.primary
}

/**
 * Whether a run can't go on for want of pods: somebody scaled the canary down, or a process died
 * in the middle of a rollback. An autoscaler may rightly have it at zero until requests come.
 */
export function isScaledDown({ workload, sizing }: Observation): boolean {
  return workload.atRest?.target === true && !sizing?.mayRest.target
}

/**
 * Whether a routing object that is gone and comes back as it was leads users from a primary that
 * serves to a canary that does not. One that is there keeps its weights: that leads nobody anywhere.
 */
export function leadsToNobody(seen: Observation): boolean {
  const { abilities, routes, sizing, workload } = seen
  if (routes !== undefined || !abilities.weights || sizing?.mayRest.target) return false
  const uncounted = { target: !isScaledDown(seen), primary: workload.primary.state === 'ready' }
  const { target, primary } = workload.serving ?? uncounted
  return !target && primary && routesDue(seen).canary > 0
}

/**
 * Whether the primary answers nobody, though it should: no run takes anything from anybody then, and
 * what mends it is the next version. Of a kind whose pods nobody counts that is not known; pods
 * that somebody took away are for him to bring back.
 */
export function servesNobody({ workload, sizing }: Observation): boolean {
  const { primary, serving, atRest } = workload
  if (primary.state === 'missing' || primary.state === 'ready') return false
  return serving?.primary === false && !atRest?.primary && !sizing?.mayRest.primary
}

/**
 * Why the traffic that the canary has can't go back; undefined where it can, or where it has none.
 * No pod of the primary is ready, and some of the canary are: a canary that fails some requests
 * serves the others, and a primary without pods serves nobody.
 */
export function wayBackIsShut(seen: Observation): string | undefined {
  const { primary, serving } = seen.workload
  if (!serving?.target || serving.primary || seen.sizing?.mayRest.primary) return undefined
  const routes = readRoutes(seen)
  if (!routes || routes.canary === 0) return undefined
  // One that is gone has rules of its own; of one that is to have no pods ready nobody waits for any.
  if (primary.state === 'missing' || primary.state === 'ready') return undefined
  return `no pod of the primary is ready, and the canary serves until one is: ${primary.why}`
}

/**
 * Whether users stay with the canary though its run is over by a new revision: nobody else serves,
 * its pods change to that revision whatever is decided, and the promotion of it is what mends the
 * primary. With the same revision its pods would have to go first, to read what was configured; a
 * status without room for the run could not say which checks are still to be made.
 */
export function keepsUsersForNext(seen: Observation): boolean {
  const { lastAppliedSpec, canaryAnalysis } = seen.canary.status
  const isNew = seen.workload.revision !== lastAppliedSpec
  if (!isNew || isBackAtPromoted(seen) || isOtherStrategy(seen)) return false
  if (canaryAnalysis?.runId === undefined) return false
  return wayBackIsShut(seen) !== undefined
}

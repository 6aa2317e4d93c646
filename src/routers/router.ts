/** A router splits traffic between primary and canary; one file per mesh or ingress. */
import type { Canary } from '../canary/canary.ts'
import type { Sharing } from '../canary/sharing.ts'
import type { Find, KubeObject, ObjectRef, Restoration } from '../objects.ts'
import type { WorkloadFacts } from '../workloads/workload.ts'

/** Traffic in force or wanted: percent of live requests, and whether the canary gets copies. */
export interface Routes {
  primary: number
  canary: number
  mirrored: boolean
  /** Percent of requests to copy, where the analysis changes it; else `analysis.mirrorWeight`. */
  mirrorWeight?: number | undefined
  /** The canary's share is of all requests, also where `analysis.match` names some. Never read. */
  everybody?: boolean | undefined
}

/** A percentage as precise as weights are. */
export const tenths = (percent: number): number => Math.round(percent * 10) / 10

/** The traffic for a weight of the canary. */
export function splitAt(canary: number): Routes {
  return { primary: tenths(100 - canary), canary, mirrored: false }
}

/** What the controller was told to do for every canary, as far as routers care. */
export interface RouterSettings {
  /** Prefix of the NGINX annotations, without the slash. */
  ingressAnnotationsPrefix: string
  /** Class of generated Contour objects; empty leaves it out. */
  ingressClass: string
  /** False when routing objects live in another cluster than the Canary, which can't own them. */
  ownRoutes: boolean
  /** How objects of other namespaces may be used; absent, as if they all consented. */
  sharing?: Sharing
}

/** Of a controller that was told nothing else. */
export const usualSettings: RouterSettings = {
  ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io',
  ingressClass: '',
  ownRoutes: true,
}

/** What is known of a canary without any object of the cluster. */
export interface RouterSubject {
  canary: Canary
  settings: RouterSettings
}

/** All that reading routes may look at. Plain data, taken in one pass. */
export interface RoutesContext extends RouterSubject {
  find: Find
}

/** All that rendering may look at: what Services select is known by the workload. */
export interface RouterContext extends RoutesContext {
  facts: WorkloadFacts
}

/**
 * Whether the data plane has taken over what was written. `why` is the sentence that people see,
 * with the object and what it says of itself.
 */
export type Acceptance = { state: 'accepted' } | { state: 'pending'; why: string }

/** The answer of a router whose objects say nothing of themselves. */
export const accepted: Acceptance = { state: 'accepted' }

/** What a router can do for this canary; the analysis adapts to it. */
export interface Abilities {
  /** Splits live traffic by weight. */
  weights: boolean
  /** Sends only matching requests to the canary (A/B testing). */
  match: boolean
  /** Copies requests to the canary. */
  mirror: boolean
  /** Copies a chosen share of requests (`analysis.mirrorWeight`), rather than all of them. */
  mirrorWeight: boolean
  /** Keeps users on the version they first met, by cookie. */
  sessionAffinity: boolean
  /** Shares by tenths of a percent; absent, by whole ones. */
  tenths?: boolean
  /** Reads regular expressions that look around and refer back, which RE2 does not. */
  backtracks?: boolean
  /** Pods join it only where its objects are there when they start. */
  comesBeforePods?: boolean
}

/** Of a provider that shares traffic by weights, and can do nothing else. */
export const weightsAlone: Abilities = {
  weights: true,
  match: false,
  mirror: false,
  mirrorWeight: false,
  sessionAffinity: false,
}

/** What leads requests to the routes. */
export interface Parent {
  /** The field of the Canary that names it. */
  field: string
  /** What the user has to have made; absent where nothing has to be there, as for a mesh. */
  ref?: ObjectRef
}

/** Kubernetes objects in, desired objects out; never any I/O. */
export interface Router {
  /** `find` is there where objects of the cluster were looked up. */
  abilities(of: RouterSubject & { find?: Find }): Abilities
  /** Every object that the functions below may look up. */
  reads(of: RoutesContext): ObjectRef[]
  /**
   * The traffic in force; undefined while the routing objects do not exist.
   * Throws InvalidSpecError when they exist but cannot be read.
   */
  routes(of: RoutesContext): Routes | undefined
  /**
   * Whether these routes, which `routes` has read, are in force: a step is measured only then.
   * It is no user error that they are not yet; asked only while the routing objects exist.
   */
  accepted(of: RoutesContext, routes: Routes): Acceptance
  /**
   * The routing objects, whole, with these routes in force. Starts from what is found, and keeps
   * every field that is not ours; equal input gives equal output, so that an unchanged object is
   * recognised and not written. Throws InvalidSpecError when the Canary asks for the impossible.
   */
  render(context: RouterContext, routes: Routes): KubeObject[]
  /** Undoes `render`, for `revertOnDeletion`; a missing object counts as undone. */
  restore(context: RouterContext): Restoration
  /** Where the routes get their requests from, as the Canary names it; absent where nothing is. */
  parents?(of: RouterSubject): Parent[]
  /** What people should know of objects that were taken over, one sentence each; said once. */
  warnings?(context: RouterContext): string[]
}

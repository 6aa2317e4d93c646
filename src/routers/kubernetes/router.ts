/** Plain Kubernetes: Services alone, which can't split traffic; the analysis runs blue/green. */
import { accepted, type Router } from '../router.ts'

/**
 * No routing objects. Flagger reports all traffic on the canary while it is analysed, though no
 * user's request reaches it, and its weight metric is built on that.
 */
export const kubernetes: Router = {
  abilities: () => ({
    weights: false,
    match: false,
    mirror: false,
    mirrorWeight: false,
    sessionAffinity: false,
  }),

  reads: () => [],

  routes: ({ canary }) =>
    (canary.status.iterations ?? 0) > 0
      ? { primary: 0, canary: 100, mirrored: false }
      : { primary: 100, canary: 0, mirrored: false },

  accepted: () => accepted,

  render: () => [],

  restore: () => ({ write: [], remove: [] }),
}

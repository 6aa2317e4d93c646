/** Rules that stand in the lists of several phases. */
import { report } from '../effects/act.ts'
import { failPromotion } from '../effects/rollback.ts'
import { startOver } from '../effects/start-over.ts'
import { hold } from '../effects/upkeep.ts'
import { leadsToNobody } from '../pods.ts'
import type { Rule } from './rule.ts'

/** From the copy on, a primary that does not come up is a promotion that failed. */
export const primaryIsStuck: Rule = {
  name: 'primaryIsStuck',
  because:
    'the primary has the new version and does not come up: the canary that passed its checks serves everybody',
  apply: ({ seen }) => {
    const { primary } = seen.workload
    return primary.state === 'failed' ? failPromotion(seen, primary.why) : undefined
  },
}

/** Who does not know where the traffic is must not move it. */
export const routesMustBeReadable: Rule = {
  name: 'routesMustBeReadable',
  because: 'who cannot tell where the traffic is must not move it',
  apply: ({ seen }) =>
    seen.routes && 'unreadable' in seen.routes
      ? hold(seen, [report(seen, seen.routes.unreadable)])
      : undefined,
}

/** Routes come back in every phase of a run; with users of the canary only once it can serve them. */
export const routesMustLeadToPods: Rule = {
  name: 'routesMustLeadToPods',
  because: 'routes that are gone do not come back with users for a canary that has no ready pod',
  apply: ({ seen }) => (leadsToNobody(seen) ? startOver(seen) : undefined),
}

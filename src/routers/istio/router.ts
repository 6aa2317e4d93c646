/** Istio: one VirtualService that splits the traffic, and a DestinationRule for each side. */

import { keptKey } from '../kept-annotation.ts'
import { isSelective } from '../matching/selective.ts'
import { apexReads, type Specified } from '../metadata.ts'
import { restoreRoute, together } from '../original.ts'
import { accepted, type Router } from '../router.ts'
import { destinationRuleRefs, renderDestinationRules } from './destination-rules.ts'
import { parentsOf } from './parents.ts'
import {
  isTcp,
  lostRoutes,
  readRoutes,
  renderVirtualService,
  virtualServiceRef,
} from './virtual-service.ts'

export const istio: Router = {
  abilities({ canary }) {
    const http = !isTcp(canary)
    const match = http && isSelective(canary.analysis.match)
    // A match that everybody meets is no test, and its rule keeps nobody.
    const sessionAffinity = http && (match || canary.analysis.match.length === 0)
    return {
      weights: true,
      match,
      mirror: http,
      mirrorWeight: http,
      sessionAffinity,
      tenths: true,
    }
  },

  reads: ({ canary }) => [
    ...destinationRuleRefs(canary),
    virtualServiceRef(canary),
    ...apexReads(canary),
  ],

  routes({ canary, find }) {
    const found = find<Specified>(virtualServiceRef(canary))
    return found && readRoutes(canary, found)
  },

  accepted: () => accepted,

  parents: ({ canary }) => parentsOf(canary),

  render(context, routes) {
    const virtualService = renderVirtualService(context, routes)
    return [...renderDestinationRules(context), virtualService]
  },

  restore: (context) =>
    together(
      [virtualServiceRef(context.canary), ...destinationRuleRefs(context.canary)].map((ref) =>
        restoreRoute(context, ref, (annotation) => annotation === keptKey),
      ),
    ),

  warnings: lostRoutes,
}

/** Istio: one VirtualService that splits the traffic, and a DestinationRule for each side. */
import { resourceKind } from '../kinds.ts'
import { destinationRuleRefs, renderDestinationRules } from './istio/destination-rules.ts'
import {
  isTcp,
  readRoutes,
  renderVirtualService,
  virtualServiceRef,
} from './istio/virtual-service.ts'
import { apexReads, type Specified } from './metadata.ts'
import { restoreRoute, together } from './original.ts'
import type { Router } from './router.ts'
import { isSelective } from './selective.ts'

const apiVersion = 'networking.istio.io/v1beta1'

export const istio: Router = {
  kinds: [
    resourceKind({ apiVersion, kind: 'VirtualService' }),
    resourceKind({ apiVersion, kind: 'DestinationRule' }),
  ],

  abilities(canary) {
    const http = !isTcp(canary)
    // In an A/B test the match alone decides who reaches the canary.
    const sessionAffinity = http && canary.analysis.match.length === 0
    const match = http && isSelective(canary.analysis.match)
    return { weights: true, match, mirror: http, mirrorWeight: http, sessionAffinity }
  },

  reads: (canary) => [
    ...destinationRuleRefs(canary),
    virtualServiceRef(canary),
    ...apexReads(canary),
  ],

  routes({ canary, find }) {
    const found = find<Specified>(virtualServiceRef(canary))
    return found && readRoutes(canary, found)
  },

  render(context, routes) {
    const virtualService = renderVirtualService(context, routes)
    return [...renderDestinationRules(context), virtualService]
  },

  restore: (context) =>
    together(
      [virtualServiceRef(context.canary), ...destinationRuleRefs(context.canary)].map((ref) =>
        restoreRoute(context, ref),
      ),
    ),
}

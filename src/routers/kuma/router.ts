/** Kuma: one TrafficRoute that splits what is sent to the apex Service. */

import { apexMetadata, apexReads, fluxOff, isGenerated, routeMetadata } from '../metadata.ts'
import { rememberOriginal, restoreRoute, specBefore } from '../original.ts'
import { type Fields, list, record } from '../reading.ts'
import { accepted, type Router, type RouterContext, type Routes, weightsAlone } from '../router.ts'
import { droppedFrom, isSplit, readSplit, splitBeside } from '../weighted/backends.ts'
import {
  serviceTag,
  splitFormat,
  splitIn,
  type TrafficRoute,
  trafficRouteRef,
  trafficRouteRefs,
} from './traffic-route.ts'

export const kuma: Router = {
  abilities: () => ({ ...weightsAlone, tenths: true }),

  reads: ({ canary }) => [...trafficRouteRefs(canary), ...apexReads(canary)],

  routes(of) {
    const { canary, find } = of
    const ref = trafficRouteRef(of)
    const { primary, canary: ofCanary } = canary.names
    const found = find<TrafficRoute>(ref)
    return (
      found &&
      readSplit(canary, {
        found: splitIn(found.spec),
        format: splitFormat(canary),
        empty:
          `TrafficRoute ${ref.name} does not contain routes for ${primary} and ${ofCanary}: ` +
          'give one of them a weight',
      })
    )
  },

  accepted: () => accepted,

  render: (context, routes) => [rendered(context, routes)],

  restore: (context) => restoreRoute(context, trafficRouteRef(context)),

  warnings(context) {
    const { canary, find } = context
    const ref = trafficRouteRef(context)
    const found = find<TrafficRoute>(ref)
    const original = found ? splitIn(specBefore(found)) : []
    const dropped = droppedFrom(canary, { original, format: splitFormat(canary) })
    if (dropped.length === 0) return []
    return [
      `TrafficRoute ${ref.name}: what it split before gets no requests; it comes back when the ` +
        'Canary is deleted with revertOnDeletion',
    ]
  },
}

/** The mesh, the load balancer and all else of a route that is there stay. */
function rendered(context: RouterContext, routes: Routes): TrafficRoute {
  const { canary, find } = context
  const ref = trafficRouteRef(context)
  const found = find<TrafficRoute>(ref)
  const split = splitIn(found?.spec)
  const format = splitFormat(canary)
  const isTaken = isSplit(canary, split, format)
  const {
    namespace: _,
    ownerReferences,
    ...metadata
  } = routeMetadata(context, {
    name: ref.name,
    found,
    configured: apexMetadata(context),
    annotations: { ...fluxOff, ...(isTaken ? {} : rememberOriginal(found, found?.spec)) },
  })
  const { destination: __, ...conf } = record(record(found?.spec).conf)
  return {
    ...found,
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    // An object of the whole cluster can't be owned by one of a namespace.
    metadata: { ...metadata, ...(found && ownerReferences && { ownerReferences }) },
    mesh: found?.mesh ?? (canary.metadata.annotations?.['kuma.io/mesh'] || 'default'),
    spec: {
      ...record(found?.spec),
      sources: sourcesOf(found),
      destinations: [{ match: { 'kuma.io/service': serviceTag(canary, canary.names.apex) } }],
      conf: { ...conf, split: entries(context, routes, split) },
    },
  }
}

/** Whose requests are split: everybody's, but for a route that was made for some. */
function sourcesOf(found: TrafficRoute | undefined): Fields[] {
  const given = found && !isGenerated(found) ? list(record(found.spec).sources) : []
  return given.length > 0 ? given : [{ match: { 'kuma.io/service': '*' } }]
}

/** Primary, then canary; a weight of zero is written. */
function entries({ canary }: RouterContext, routes: Routes, found: readonly Fields[]): Fields[] {
  const { names } = canary
  const split = splitBeside(canary, routes, { found, format: splitFormat(canary) })
  const to = (service: string, weight: number) => {
    return { weight, destination: { 'kuma.io/service': serviceTag(canary, service) } }
  }
  return [
    to(names.primary, split.primary),
    to(names.canary, split.canary),
    ...split.others.map(({ entry, weight }) => ({ ...entry, weight })),
  ]
}

/** Knative: two entries of the Service's traffic, of which the first follows the latest revision. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import {
  type KnativeService,
  knativeName,
  knativeServiceRef,
  percentOf,
  primaryRevision,
  primaryRevisionKey,
  sidesOf,
  type TrafficTarget,
  trafficIn,
  withPrimary,
} from '../../knative-service.ts'
import type { Restoration } from '../../objects.ts'
import { fieldsWithoutEffect, requestFields } from '../ignored.ts'
import { withMaps, without } from '../metadata.ts'
import { originalConfiguration, originalSpec, rememberOriginal } from '../original.ts'
import { accepted, type Router, type RouterContext, type Routes, weightsAlone } from '../router.ts'
import { routesOf } from '../weighted/weights.ts'
import { trafficAccepted } from './acceptance.ts'

export const knative: Router = {
  abilities: () => weightsAlone,

  reads: ({ canary }) => [knativeServiceRef(canary)],

  routes({ canary, find }) {
    const found = find<KnativeService>(knativeServiceRef(canary))
    return found && readTraffic(canary, found)
  },

  accepted({ canary, find }) {
    const found = find<KnativeService>(knativeServiceRef(canary))
    return found ? trafficAccepted(canary, found) : accepted
  },

  render: (context, routes) => [rendered(context, routes)],

  restore,

  warnings: ({ canary }) => fieldsWithoutEffect(canary, requestFields),
}

/** The traffic that is asked for; undefined before the take-over. Throws InvalidSpecError. */
function readTraffic(canary: Canary, { spec }: KnativeService): Routes | undefined {
  const { latest, named } = sidesOf(spec?.traffic)
  if (latest.length === 0 || named.length === 0) return undefined
  const empty = `${knativeName(canary)} traffic spec invalid: give one of its entries a percent`
  return routesOf(percentOf(named), percentOf(latest), empty)
}

/** Latest first, as in Flagger. Tags, and entries that have nothing else, stay. */
function rendered({ canary, find }: RouterContext, routes: Routes): KnativeService {
  const found = find<KnativeService>(knativeServiceRef(canary))
  if (!found)
    throw new InvalidSpecError(
      `${knativeName(canary)} get query error: not found; create it, or correct ` +
        `spec.targetRef.name of canary ${canary.label}`,
    )
  const primary = primaryRevision(found)
  if (primary === undefined)
    throw new InvalidSpecError(
      `${knativeName(canary)} primary revision annotation not found: set ${primaryRevisionKey} to ` +
        'the revision that is to serve',
    )
  const { latest, named } = sidesOf(found.spec?.traffic)
  const tagged = trafficIn(found.spec?.traffic).filter(
    (entry) => !latest.includes(entry) && !named.includes(entry) && entry.tag !== undefined,
  )
  const isTaken = latest.length > 0 && named.length > 0
  const memory = isTaken ? {} : rememberOriginal(found, { traffic: found.spec?.traffic })
  const traffic: TrafficTarget[] = [
    { ...latest[0], latestRevision: true, percent: routes.canary },
    { ...named[0], revisionName: primary, percent: routes.primary },
    ...tagged,
  ]
  const { metadata, ...rest } = withPrimary(found, primary)
  const annotations = { ...metadata.annotations, ...memory }
  return { ...rest, metadata: { ...metadata, annotations }, spec: { ...found.spec, traffic } }
}

const everythingToLatest: readonly TrafficTarget[] = [{ latestRevision: true, percent: 100 }]

/** The Service becomes the user's again: later revisions get their requests. */
function restore({ canary, find }: RouterContext): Restoration {
  const found = find<KnativeService>(knativeServiceRef(canary))
  const isNoted = found?.metadata.annotations?.[primaryRevisionKey] !== undefined
  if (!found || !isNoted) return { write: [], remove: [] }
  const before = trafficIn(originalSpec(found)?.traffic)
  const traffic = before.length > 0 ? before : everythingToLatest
  const { labels, annotations, ...metadata } = found.metadata
  const maps = withMaps({
    labels: { ...labels },
    annotations: without(annotations, [primaryRevisionKey, originalConfiguration]),
  })
  const restored: KnativeService = {
    ...found,
    metadata: { ...metadata, ...maps },
    spec: { ...found.spec, traffic },
  }
  return { write: [restored], remove: [] }
}

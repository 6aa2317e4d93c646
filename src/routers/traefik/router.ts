/** Traefik: one TraefikService with the name of the apex, of weighted Services. */
import type { Canary } from '../../canary/canary.ts'
import type { ObjectRef } from '../../objects.ts'
import { namespacedKind } from '../../resource-kind.ts'
import { apexMetadata, apexReads, fluxOff, routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal, restoreRoute, specBefore } from '../original.ts'
import { type Fields, list, record } from '../reading.ts'
import { accepted, type Router, type RouterContext, type Routes, weightsAlone } from '../router.ts'
import {
  type BackendFormat,
  droppedFrom,
  isSplit,
  readSplit,
  splitBeside,
} from '../weighted/backends.ts'

export const traefikServices = namespacedKind(
  'traefik.io/v1alpha1',
  'TraefikService',
  'traefikservices',
)

export const traefik: Router = {
  abilities: () => ({ ...weightsAlone, tenths: true }),

  reads: ({ canary }) => [refOf(canary), ...apexReads(canary)],

  routes({ canary, find }) {
    const found = find<Specified>(refOf(canary))
    return (
      found &&
      readSplit(canary, {
        found: servicesIn(found.spec),
        format: formatFor(canary),
        empty:
          `TraefikService ${canary.names.apex}.${canary.namespace} has no weight for ` +
          `${canary.names.primary} and ${canary.names.canary}: give one of them a weight`,
      })
    )
  },

  accepted: () => accepted,

  render: (context, routes) => [rendered(context, routes)],

  restore: (context) => restoreRoute(context, refOf(context.canary)),

  warnings,
}

function refOf({ namespace, names }: Canary): ObjectRef {
  const { apiVersion, kind } = traefikServices
  return { apiVersion, kind, namespace, name: names.apex }
}

/**
 * What else the object says of its traffic, such as `sticky`, stays; but Traefik takes one sort of
 * service only, and the weighted one is ours.
 */
function rendered(context: RouterContext, routes: Routes): Specified {
  const { canary } = context
  const { apiVersion, kind, name } = refOf(canary)
  const found = context.find<Specified>(refOf(canary))
  const services = servicesIn(found?.spec)
  const isTaken = isSplit(canary, services, formatFor(canary))
  const metadata = routeMetadata(context, {
    name,
    found,
    configured: apexMetadata(context),
    annotations: { ...fluxOff, ...(isTaken ? {} : rememberOriginal(found, found?.spec)) },
  })
  const { mirroring: _, highestRandomWeight: __, failover: ___, ...foreign } = record(found?.spec)
  const weighted = {
    ...record(foreign.weighted),
    services: weightedServices(canary, routes, services),
  }
  return { ...found, apiVersion, kind, metadata, spec: { ...foreign, weighted } }
}

/**
 * As in Flagger the canary is listed while it has traffic. A weight of zero is written: Traefik
 * counts a missing one as 1.
 */
function weightedServices(canary: Canary, routes: Routes, found: readonly Fields[]): Fields[] {
  const { apex, primary, canary: ofCanary } = canary.names
  const format = formatFor(canary)
  const split = splitBeside(canary, routes, { found, format })
  const settingsOf = (...names: string[]) =>
    names
      .map((name) => found.find((entry) => format.serviceOf(entry) === name))
      .find((entry) => entry !== undefined)
  const to = (name: string, weight: number): Fields => {
    const settings = settingsOf(name, primary, apex)
    const port = canary.spec.service?.port
    return { ...settings, name, namespace: canary.namespace, port, weight }
  }
  return [
    to(primary, split.primary),
    ...(split.canary > 0 ? [to(ofCanary, split.canary)] : []),
    ...split.others.map(({ entry, weight }) => ({ ...entry, weight })),
  ]
}

function servicesIn(spec: unknown): Fields[] {
  return list(record(record(spec).weighted).services)
}

/** A missing weight is one of zero that Flagger left out. */
function formatFor({ namespace }: Canary): BackendFormat {
  return {
    serviceOf({ kind = 'Service', namespace: of = namespace, name }) {
      const isHere = kind === 'Service' && (of === namespace || of === '')
      return isHere && typeof name === 'string' ? name : undefined
    },
    weightOf: ({ weight }) => (typeof weight === 'number' && weight > 0 ? weight : 0),
  }
}

/** What of a TraefikService that was taken over gets no requests while the Canary has it. */
function warnings({ canary, find }: RouterContext): string[] {
  const found = find<Specified>(refOf(canary))
  const spec = found && specBefore(found)
  if (!spec) return []
  const original = servicesIn(spec)
  const services = droppedFrom(canary, { original, format: formatFor(canary) })
  const sorts = Object.keys(spec).filter((sort) => sort !== 'weighted')
  const lost = [...services.map((name) => `its service ${name}`), ...sorts.map((of) => `its ${of}`)]
  if (lost.length === 0) return []
  return [
    `TraefikService ${canary.names.apex}.${canary.namespace}: ${lost.join(', ')} no longer ` +
      'applies; it comes back when the Canary is deleted with revertOnDeletion',
  ]
}

/** Routes of the HTTPProxy. Of those that a request meets, the most specific one decides. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { ObjectRef } from '../../objects.ts'
import { namespacedKind } from '../../resource-kind.ts'
import { movedEntry } from '../kept-annotation.ts'
import type { Specified } from '../metadata.ts'
import { type Fields, list, record } from '../reading.ts'
import type { Routes } from '../router.ts'
import {
  type BackendFormat,
  isSplit,
  readSplit,
  splitBeside,
  withdrawnFrom,
} from '../weighted/backends.ts'
import { bothConditions, type Condition, testConditions } from './match.ts'

export const httpProxies = namespacedKind('projectcontour.io/v1', 'HTTPProxy', 'httpproxies')

/** The HTTPProxy that has the name of the apex Service. */
export function httpProxyRef({ namespace, names }: Canary): ObjectRef {
  const { apiVersion, kind } = httpProxies
  return { apiVersion, kind, namespace, name: names.apex }
}

/** Weights as shares; where no service of a route has one, all have the same. */
export const format: BackendFormat = {
  serviceOf: ({ name }) => (typeof name === 'string' ? name : undefined),
  weightOf: ({ weight }) => (typeof weight === 'number' && weight > 0 ? weight : 0),
}

/** What the routes for one set of requests have in common. */
export interface Base {
  conditions: Condition[]
  /** Other fields of the routes. */
  fields: Fields
  /** The services that stood there before. */
  services: Fields[]
}

/**
 * The routes for the requests of `base`: one for each entry of the test, then that for all others,
 * which has everybody on the primary while there is a test. Throws InvalidSpecError for weights
 * with a match that can't be expressed.
 */
export function proxyRoutes(canary: Canary, base: Base, routes: Routes): Fields[] {
  const tests = testsOf(canary, routes)
  const { conditions, fields } = base
  const rest: Routes = tests.length > 0 ? { primary: 100, canary: 0, mirrored: false } : routes
  return [
    ...tests.map((test) => ({
      ...fields,
      conditions: bothConditions(conditions, test),
      services: services(canary, base, routes),
    })),
    { ...fields, conditions, services: services(canary, base, rest) },
  ]
}

function testsOf({ analysis, strategy, label }: Canary, routes: Routes): Condition[][] {
  if (routes.everybody) return []
  const tests = testConditions(analysis.match)
  if (tests) return tests
  // The analysis runs such a test as blue/green. A weight was meant for some users only.
  if (strategy === 'ab-testing' || routes.canary === 0) return []
  throw new InvalidSpecError(
    `canary ${label}: spec.analysis.match can't be expressed with provider contour; give each ` +
      'entry headers with a condition, and neither queryParams nor sourceLabels, or remove it',
  )
}

/** Primary, then canary; as in Flagger a weight of zero is left out, which means the same. */
function services(canary: Canary, { services: found }: Base, routes: Routes): Fields[] {
  const { names } = canary
  const split = splitBeside(canary, routes, { found: evenly(found), format })
  const { weight: _, ...settings } = found.find((to) => format.serviceOf(to) === names.apex) ?? {}
  const to = (name: string, weight: number): Fields => ({
    ...settingsFor(canary, settings, name),
    ...(weight > 0 && { weight }),
  })
  return [
    to(names.primary, split.primary),
    to(names.canary, split.canary),
    ...split.others.map(({ entry, weight }) => ({ ...entry, weight })),
  ]
}

/** An entry of a list with these settings, for the Service of this name. */
function settingsFor({ namespace, spec }: Canary, settings: Fields, name: string): Fields {
  const { set, ...policy } = record(settings.requestHeadersPolicy)
  const port = spec.service?.port ?? 0
  const value = `${name}.${namespace}.svc.cluster.local:${port}`
  const headers = [
    ...list(set).filter((header) => header.name !== override),
    { name: override, value },
  ]
  return { ...settings, name, port, requestHeadersPolicy: { ...policy, set: headers } }
}

/** Tells the proxy of Linkerd which Service is meant. */
const override = 'l5d-dst-override'

function evenly(found: readonly Fields[]): Fields[] {
  const isEven = found.every((to) => format.weightOf(to) === 0)
  return found.map((to) => (isEven ? { ...to, weight: 1 } : to))
}

/** True once a route splits between primary and canary: before the take-over none does. */
export function isTaken(canary: Canary, found: Specified): boolean {
  return splitServices(canary, found) !== undefined
}

/** Whether a route has the apex Service among its services. */
export function leadsToApex({ names }: Canary, { services }: Fields): boolean {
  return list(services).some(({ name }) => name === names.apex)
}

/** The traffic that the object splits; undefined before the take-over. Throws InvalidSpecError. */
export function readProxy(canary: Canary, proxy: Specified): Routes | undefined {
  const { names, namespace } = canary
  const empty =
    `HTTPProxy ${names.apex}.${namespace} has no weight for ${names.primary} and ` +
    `${names.canary}: give one of them a weight`
  return readSplit(canary, { found: splitServices(canary, proxy) ?? [], format, empty })
}

/** The first route is that of the test, where there is one. */
function splitServices(canary: Canary, found: Specified): Fields[] | undefined {
  const routes = list(found.spec?.routes)
  const splits = routes.map(({ services: to }) => list(to))
  return movedEntry(found, {
    entries: splits.filter((to) => isSplit(canary, to, format)),
    hasPrimary: (to) => to.some((entry) => format.serviceOf(entry) === canary.names.primary),
    leadsToApex: routes.some((route) => leadsToApex(canary, route)),
  })
}

/**
 * The object with everybody on the primary, and otherwise as it is. Where no service of a route has
 * a weight, the canary must get one below that of the primary: none would be the same for both.
 */
export function withdrawn(canary: Canary, found: Specified): Specified {
  const routes = list(found.spec?.routes).map((route) => {
    const there = list(route.services)
    if (!isSplit(canary, there, format)) return route
    const services = withdrawnFrom(canary, { found: evenly(there), format }, (entry) =>
      settingsFor(canary, entry, canary.names.primary),
    )
    return { ...route, services }
  })
  return { ...found, spec: { ...found.spec, routes } }
}

/** Routes of the RouteTable. The first one that a request meets decides. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { ObjectRef } from '../../objects.ts'
import { namespacedKind } from '../../resource-kind.ts'
import { movedEntry } from '../kept-annotation.ts'
import { literal } from '../matching/regex.ts'
import { isGenerated, type Specified } from '../metadata.ts'
import { type Fields, list, record } from '../reading.ts'
import type { Routes } from '../router.ts'
import {
  type BackendFormat,
  isSplit,
  readSplit,
  splitBeside,
  withdrawnFrom,
} from '../weighted/backends.ts'
import { bothMatchers, takesAll, testMatchers } from './match.ts'
import { upstreamRef } from './upstreams.ts'

export const routeTables = namespacedKind('gateway.solo.io/v1', 'RouteTable', 'routetables')

/** The RouteTable that has the name of the apex Service. */
export function routeTableRef({ namespace, names }: Canary): ObjectRef {
  const { apiVersion, kind } = routeTables
  return { apiVersion, kind, namespace, name: names.apex }
}

/**
 * All routes. Those to other services of a table that was taken over stay in their places; those
 * to the apex Service lead to primary and canary. Throws InvalidSpecError where no request would
 * get as far as ours, and for weights with a match that can't be expressed.
 */
export function routesBeside(
  canary: Canary,
  found: Specified | undefined,
  routes: Routes,
): Fields[] {
  const there = found && !isGenerated(found) ? list(found.spec?.routes) : []
  const kept = there.filter(({ name }) => name !== testName(canary))
  const isOurs = found ? oursIn(canary, found) : () => false
  if (kept.some(isOurs))
    return kept.flatMap((route) => (isOurs(route) ? ourRoutes(canary, route, routes) : [route]))
  assertReachable(canary, kept)
  return [...kept, ...ourRoutes(canary, {}, routes)]
}

/** The route for the requests of a test, where there is one, and that for all others. */
function ourRoutes(canary: Canary, base: Fields, routes: Routes): Fields[] {
  const test = testOf(canary, routes)
  const rest: Routes = test ? { primary: 100, canary: 0, mirrored: false } : routes
  const others = { ...base, ...inheritance(base), ...splitAction(canary, base, rest) }
  if (!test) return [others]
  const matchers = bothMatchers(base.matchers, test)
  const action = splitAction(canary, base, routes)
  return [{ ...base, name: testName(canary), ...inheritance(base), matchers, ...action }, others]
}

const testName = ({ names }: Canary): string => `${names.canary}-test`

/** Paths are those of the VirtualService, unless the route has some of its own. */
const inheritance = ({ matchers }: Fields): Fields =>
  list(matchers).length > 0 ? {} : { inheritablePathMatchers: true }

function testOf({ analysis, strategy, label }: Canary, routes: Routes): Fields[] | undefined {
  if (routes.everybody || analysis.match.length === 0) return undefined
  const test = testMatchers(analysis.match)
  // The analysis runs a test that can't be expressed as blue/green.
  if (test || strategy === 'ab-testing' || routes.canary === 0) return test
  throw new InvalidSpecError(
    `canary ${label}: spec.analysis.match can't be expressed with provider gloo; give each entry ` +
      'headers or queryParams with a condition, and no sourceLabels, or remove it',
  )
}

/** Primary, then canary; as in Flagger a weight of zero is left out, which means the same. */
function splitAction(canary: Canary, base: Fields, routes: Routes): Fields {
  const found = destinationsOf(base)
  const format = formatFor(canary)
  const split = splitBeside(canary, routes, { found, format })
  const settingsFor = (...names: string[]) =>
    names
      .map((name) => found.find((entry) => format.serviceOf(entry) === name))
      .find((entry) => entry !== undefined)
  const to = (side: 'primary' | 'canary', weight: number): Fields => {
    const { names } = canary
    const settings = settingsFor(names[side], names.primary, names.apex) ?? {}
    const { destination: _, weight: __, ...others } = settings
    const destination = upstreamOf(canary, side)
    return { ...others, destination, ...(weight > 0 && { weight }) }
  }
  const destinations = [
    to('primary', split.primary),
    to('canary', split.canary),
    ...split.others.map(({ entry, weight }) => ({ ...entry, weight })),
  ]
  return { routeAction: { multi: { destinations } } }
}

/** The traffic that the table splits; undefined before the take-over. Throws InvalidSpecError. */
export function readRouteTable(canary: Canary, table: Specified): Routes | undefined {
  const { names, namespace } = canary
  const empty =
    `RouteTable ${names.apex}.${namespace} has no weight for ${names.primary} and ` +
    `${names.canary}: give one of them a weight`
  const split = splitIn(canary, table)
  const found = split ? destinationsOf(split) : []
  return readSplit(canary, { found, format: formatFor(canary), empty })
}

/** True once a route splits between primary and canary: before the take-over none does. */
export function isTaken(canary: Canary, found: Specified): boolean {
  return splitIn(canary, found) !== undefined
}

/** The first route is that of the test, where there is one. */
function splitIn(canary: Canary, found: Specified): Fields | undefined {
  const routes = list(found.spec?.routes)
  const { names } = canary
  return movedEntry(found, {
    entries: routes.filter((route) => isSplit(canary, destinationsOf(route), formatFor(canary))),
    hasPrimary: (route) => leadsTo(canary, [names.primary], route),
    leadsToApex: routes.some((route) => leadsTo(canary, [names.apex], route)),
  })
}

/** The table with everybody on the primary, and otherwise as it is. */
export function withdrawn(canary: Canary, found: Specified): Specified {
  const format = formatFor(canary)
  const asPrimary = (entry: Fields) => ({ ...entry, destination: upstreamOf(canary, 'primary') })
  const routes = list(found.spec?.routes).map((route) => {
    const there = destinationsOf(route)
    if (!isSplit(canary, there, format)) return route
    const destinations = withdrawnFrom(canary, { found: there, format }, asPrimary).map(
      ({ weight, ...to }) => (weight === 0 ? to : { ...to, weight }),
    )
    return { ...route, routeAction: { multi: { destinations } } }
  })
  return { ...found, spec: { ...found.spec, routes } }
}

function upstreamOf(canary: Canary, side: 'primary' | 'canary'): Fields {
  const { name, namespace } = upstreamRef(canary, side)
  return { upstream: { name, namespace } }
}

function destinationsOf({ routeAction }: Fields): Fields[] {
  const { multi, single } = record(routeAction)
  return single ? [{ destination: single, weight: 1 }] : list(record(multi).destinations)
}

/** Upstreams by their names, whatever the port; the apex as Gloo's own discovery names it. */
function formatFor({ namespace, names }: Canary): BackendFormat {
  const sides = [names.primary, names.canary].map((name) => [name, `${name}upstream`] as const)
  const services = [...sides, [names.apex, names.apex] as const].map(([service, name]) => ({
    service,
    pattern: new RegExp(`^${literal(`${namespace}-${name}`)}-\\d+$`),
  }))
  return {
    serviceOf({ destination }) {
      const { upstream, kube } = record(destination)
      const { name } = record(upstream)
      if (typeof name === 'string')
        return services.find(({ pattern }) => pattern.test(name))?.service
      const { name: service, namespace: of } = record(record(kube).ref)
      return of === namespace && typeof service === 'string' ? service : undefined
    },
    weightOf: ({ weight }) => (typeof weight === 'number' && weight > 0 ? weight : 0),
  }
}

/** Whether a route of the table is one that the analysis moves; one of users, to the canary alone, is not. */
function oursIn(canary: Canary, found: Specified): (route: Fields) => boolean {
  const { apex, primary } = canary.names
  const split = splitIn(canary, found)
  return (route) => route === split || leadsTo(canary, [apex, primary], route)
}

function leadsTo(canary: Canary, services: readonly string[], route: Fields): boolean {
  const { serviceOf } = formatFor(canary)
  return destinationsOf(route).some((to) => services.includes(serviceOf(to) ?? ''))
}

function assertReachable({ names, namespace, label }: Canary, kept: readonly Fields[]): void {
  const at = kept.findIndex(({ matchers }) => takesAll(matchers))
  if (at < 0) return
  throw new InvalidSpecError(
    `RouteTable ${names.apex}.${namespace}: route ${at + 1} of its own takes every request, so ` +
      `that canary ${label} would get none; let a route lead to ${names.apex}, or remove that one`,
  )
}

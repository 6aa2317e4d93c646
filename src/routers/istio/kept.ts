/**
 * What a VirtualService had before it was taken over: hosts, gateways and rules that nobody asked
 * to change go on to work. Rules that led to the apex Service lead to primary and canary.
 */
import type { CanaryService, ServiceMatch } from '../../canary/api.gen.ts'
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { keptKey, readKept } from '../kept-annotation.ts'
import { isGenerated, type Specified } from '../metadata.ts'
import { list, record, texts } from '../reading.ts'
import type { Routes } from '../router.ts'
import { hostIs, type Kept, type Rule, readsCanary } from './rules.ts'

/** Undefined for what was made by a controller, or taken over by Flagger, which keeps nothing. */
export function keptOf(canary: Canary, found: Specified | undefined): Kept | undefined {
  if (!found || isGenerated(found)) return undefined
  if (!readsCanary(canary, found)) return keptFrom(found.spec)
  const kept = readKept(found, keptKey, 'routes')
  return kept === undefined ? undefined : keptFrom(kept)
}

function keptFrom(spec: unknown): Kept {
  const { hosts, gateways, http, tcp } = record(spec)
  return { hosts: texts(hosts), gateways: texts(gateways), http: list(http), tcp: list(tcp) }
}

/** The Canary with the hosts and gateways that it leaves to the VirtualService. */
export function withKept(canary: Canary, kept: Kept | undefined): Canary {
  const { service } = canary.spec
  if (!kept || service?.delegation) return canary
  const { hosts = [], gateways = [] } = service ?? {}
  const before = kept.gateways.length > 0 ? [...new Set([...kept.gateways, 'mesh'])] : []
  return withService(canary, {
    hosts: hosts.length > 0 ? hosts : kept.hosts,
    gateways: gateways.length > 0 ? gateways : before,
  })
}

/** How one rule is made for a Canary: several where users are told apart. */
type Make = (canary: Canary, routes: Routes) => Rule[]

/**
 * The rules, first match wins: those to other services as they were, and ours in the places of
 * those to the apex. Throws InvalidSpecError where no request would get as far as ours.
 */
export function rulesBeside(
  canary: Canary,
  routes: Routes,
  { kept, make }: { kept: readonly Rule[]; make: Make },
): Rule[] {
  const hasMatch = (canary.spec.service?.match ?? []).length > 0
  const rules: Rule[] = []
  let isPlaced = false
  for (const rule of kept) {
    const isOurs = shareOf(canary, rule) > 0
    // What the Canary says of its requests comes before what was said of them.
    if (isOurs && hasMatch && !isPlaced) {
      rules.push(...make(canary, routes))
      isPlaced = true
    }
    rules.push(...(isOurs ? translated(canary, routes, { rule, make }) : [rule]))
  }
  assertReachable(canary, kept)
  if (!isPlaced && (hasMatch || !kept.some(isForAll))) rules.push(...make(canary, routes))
  return rules
}

/** A rule to the apex, with its own conditions and settings, where the Canary has none. */
function translated(
  canary: Canary,
  routes: Routes,
  { rule, make }: { rule: Rule; make: Make },
): Rule[] {
  const { match, route, headers, mirror, mirrorPercentage, ...fields } = rule
  const given = record(headers) as CanaryService['headers']
  const as = withService(canary, {
    match: list(match) as ServiceMatch[],
    headers: canary.spec.service?.headers ?? given ?? {},
  })
  const copies =
    routes.mirrored || mirror === undefined ? {} : { mirror, ...percent(mirrorPercentage) }
  const share = shareOf(canary, rule)
  const others = list(route).filter((to) => !hostIs(canary, canary.names.apex, to))
  return make(as, routes).map((made) => ({
    ...fields,
    ...copies,
    ...made,
    route: beside(list(made.route), share, others),
  }))
}

const percent = (value: unknown) => (value === undefined ? {} : { mirrorPercentage: value })

/** Our destinations with their share of what other services leave; weights stay whole numbers. */
function beside(ours: Rule[], share: number, others: Rule[]): Rule[] {
  if (others.length === 0) return ours
  const isLone = ours.length === 1
  const all = [
    ...ours.map((to) => ({ ...to, weight: share * (isLone ? 100 : weightOf(to, 1)) })),
    ...others.map((to) => ({ ...to, weight: 100 * weightOf(to, others.length + 1) })),
  ]
  const isPercent = all.every(({ weight }) => weight % 100 === 0)
  return isPercent ? all.map((to) => ({ ...to, weight: to.weight / 100 })) : all
}

/** The weight with which a rule leads to the apex Service; 0 for a rule that does not. */
function shareOf(canary: Canary, { route }: Rule): number {
  const to = list(route)
  return to
    .filter((one) => hostIs(canary, canary.names.apex, one))
    .reduce((sum, one) => sum + weightOf(one, to.length), 0)
}

/** A destination without a weight gets everything where it is alone, and nothing beside others. */
function weightOf({ weight }: Rule, of: number): number {
  return typeof weight === 'number' ? weight : of === 1 ? 100 : 0
}

function isForAll({ match }: Rule): boolean {
  const conditions = list(match)
  const isEmpty = (one: Rule) => {
    const { uri, name: _, ...more } = one
    return Object.keys(more).length === 0 && (uri === undefined || record(uri).prefix === '/')
  }
  return conditions.length === 0 || conditions.some(isEmpty)
}

function assertReachable(canary: Canary, kept: readonly Rule[]): void {
  const { names, namespace, label } = canary
  const first = kept.findIndex((rule) => shareOf(canary, rule) > 0)
  const barrier = kept.findIndex((rule) => isForAll(rule) && shareOf(canary, rule) === 0)
  if (barrier < 0 || (first >= 0 && first < barrier)) return
  throw new InvalidSpecError(
    `VirtualService ${names.apex}.${namespace}: rule ${barrier + 1} of its own sends every request ` +
      `elsewhere, before any rule for service ${names.apex}, so that canary ${label} would get ` +
      `none; let a rule lead to ${names.apex}, or remove that one`,
  )
}

/** What of a VirtualService is not in force while the Canary has it, in sentences. */
export function lostBy(canary: Canary, kept: Kept | undefined): string[] {
  if (!kept) return []
  const { apex } = canary.names
  const at = `VirtualService ${apex}.${canary.namespace}`
  const back = 'it comes back when the Canary is deleted with revertOnDeletion'
  const { hosts = [], gateways = [] } = withKept(canary, kept).spec.service ?? {}
  const gone = (before: string[], now: readonly string[]) =>
    before.filter((one) => one !== apex && one !== 'mesh' && !now.includes(one))
  const lost = (what: string, names: string[]) =>
    names.length === 0 ? [] : [`${at}: ${what} ${names.join(', ')} no longer applies; ${back}`]
  const subsets = [...kept.http, ...kept.tcp]
    .filter((rule) => shareOf(canary, rule) > 0)
    .flatMap(({ route }) => list(route))
    .filter((to) => hostIs(canary, apex, to))
    .flatMap(({ destination }) => texts([record(destination).subset]))
  return [
    ...lost('its host', gone(kept.hosts, hosts)),
    ...lost('its gateway', gone(kept.gateways, gateways)),
    ...lost(`for ${apex} its subset`, [...new Set(subsets)]),
  ]
}

function withService(canary: Canary, change: Partial<CanaryService>): Canary {
  const { service = { port: 0 } } = canary.spec
  return { ...canary, spec: { ...canary.spec, service: { ...service, ...change } } }
}

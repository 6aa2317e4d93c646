/**
 * What an HTTPRoute had before it was taken over: host names and rules that nobody asked to change
 * go on to work. Rules that led to the apex Service lead to primary and canary.
 */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { keptKey, readKept } from '../kept-annotation.ts'
import { isGenerated, type Specified } from '../metadata.ts'
import { type Fields, list, record, texts } from '../reading.ts'
import type { Routes } from '../router.ts'
import type { Filter } from './filters.ts'
import { type Base, baseOf, type HttpRule, httpRules } from './http-rules.ts'
import type { RouteMatch } from './match.ts'
import { isApex, leadsToApex, readsCanary, weight } from './rules.ts'

/** The part of a spec that is not the Canary's alone. */
export interface Kept {
  parentRefs: Fields[]
  hostnames: string[]
  rules: Fields[]
}

/** Undefined for what was made by a controller, or taken over by Flagger, which keeps nothing. */
export function keptOf(canary: Canary, found: Specified | undefined): Kept | undefined {
  if (!found || isGenerated(found)) return undefined
  if (!readsCanary(canary, found)) return keptFrom(found.spec)
  const kept = readKept(found, keptKey, 'rules')
  return kept === undefined ? undefined : keptFrom(kept)
}

function keptFrom(spec: unknown): Kept {
  const { parentRefs, hostnames, rules } = record(spec)
  return { parentRefs: list(parentRefs), hostnames: texts(hostnames), rules: list(rules) }
}

/**
 * The rules: those to other services as they were, and ours in the places of those to the apex.
 * Throws InvalidSpecError where no request would get as far as ours.
 */
export function rulesBeside(canary: Canary, routes: Routes, kept: readonly Fields[]): Fields[] {
  const base = baseOf(canary)
  const ours = () => httpRules(canary, base, routes)
  const hasMatch = (canary.spec.service?.match ?? []).length > 0
  const first = kept.findIndex((rule) => leadsToApex(canary, rule))
  if (first < 0) {
    assertReachable(canary, base, kept)
    return [...kept, ...ours()]
  }
  return kept.flatMap((rule, at): Fields[] => {
    if (!leadsToApex(canary, rule)) return [rule]
    const own = translated(canary, routes, { rule, base })
    // What the Canary says of its requests comes before what was said of them.
    return hasMatch && at === first ? [...ours(), ...own] : own
  })
}

/** A rule to the apex, with its own conditions and settings, where the Canary has none. */
function translated(
  canary: Canary,
  routes: Routes,
  { rule, base }: { rule: Fields; base: Base },
): Fields[] {
  const { name, matches, filters, timeouts, backendRefs, ...fields } = rule
  const backends = list(backendRefs)
  const apex = backends.filter((to) => isApex(canary, to))
  const others = backends.filter((to) => !isApex(canary, to))
  const limits = { ...record(timeouts), ...record(base.fields.timeouts) }
  const [{ port = base.port, filters: backendFilters } = {}] = apex
  const made = httpRules(
    canary,
    {
      matches: list(matches).length > 0 ? (list(matches) as RouteMatch[]) : base.matches,
      filters: bothFilters(filtersOf(filters), base.filters),
      fields: { ...fields, ...(Object.keys(limits).length > 0 && { timeouts: limits }) },
      port: typeof port === 'number' ? port : base.port,
      backendFilters: filtersOf(backendFilters),
    },
    routes,
  )
  const share = apex.reduce((sum, to) => sum + weight(to), 0)
  return made.map((one, at) => ({
    // No two rules may have one name.
    ...(name !== undefined && at === made.length - 1 && { name }),
    ...one,
    backendRefs: beside(one, share, others),
  }))
}

const filtersOf = (filters: unknown): Filter[] =>
  list(filters).flatMap((one) => (typeof one.type === 'string' ? [{ ...one, type: one.type }] : []))

/** What the Canary says wins; copies go to all that are named. */
function bothFilters(kept: Filter[], ours: Filter[]): Filter[] {
  const isSet = ({ type }: Filter) =>
    type !== 'RequestMirror' && ours.some((filter) => filter.type === type)
  return [...kept.filter((filter) => !isSet(filter)), ...ours]
}

/** The largest weight that the API takes. */
const heaviest = 1_000_000

/** Our backends with their share of what other services leave; weights stay whole numbers. */
function beside({ backendRefs }: HttpRule, share: number, others: Fields[]): Fields[] {
  if (others.length === 0) return backendRefs.map((to) => ({ ...to }))
  const whole = backendRefs.reduce((sum, to) => sum + to.weight, 0)
  const all = [
    ...backendRefs.map((to) => ({ ...to, weight: share * to.weight })),
    ...others.map((to) => ({ ...to, weight: whole * weight(to) })),
  ]
  const isPercent = all.every((to) => to.weight % 100 === 0)
  const over = Math.max(1, ...all.map((to) => to.weight / heaviest))
  return all.map((to) => ({ ...to, weight: Math.round(to.weight / (isPercent ? 100 : over)) }))
}

/** Of two equal matches the first rule gets the requests. */
function assertReachable({ names, namespace, label }: Canary, base: Base, kept: readonly Fields[]) {
  const path = { type: 'PathPrefix', value: '/' }
  const textsOf = (matches: unknown) => {
    const all = list(matches)
    return (all.length > 0 ? all : [{}]).map((match) => JSON.stringify(sorted({ path, ...match })))
  }
  const ours = textsOf(base.matches)
  const at = kept.findIndex(({ matches }) => ours.every((one) => textsOf(matches).includes(one)))
  if (at < 0) return
  throw new InvalidSpecError(
    `HTTPRoute ${names.apex}.${namespace}: rule ${at + 1} of its own sends these requests ` +
      `elsewhere, so that canary ${label} would get none; let a rule lead to ${names.apex}, or ` +
      'remove that one',
  )
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return entries.map(([key, field]) => [key, sorted(field)])
}

/** What of an HTTPRoute is not in force while the Canary has it, in sentences. */
export function lostBy(canary: Canary, kept: Kept | undefined): string[] {
  if (!kept) return []
  const { hosts = [], gatewayRefs = [] } = canary.spec.service ?? {}
  const hostnames = kept.hostnames.filter((host) => hosts.length > 0 && !hosts.includes(host))
  const parents = kept.parentRefs
    .map(({ name, sectionName }) => ({ name, sectionName }))
    .filter((one) => !gatewayRefs.some((ref) => isSame(ref, one)))
    .map(({ name, sectionName }) => (sectionName ? `${name}/${sectionName}` : `${name}`))
  const lost = (what: string, names: string[]) =>
    names.length === 0
      ? []
      : [
          `HTTPRoute ${canary.names.apex}.${canary.namespace}: ${what} ${names.join(', ')} no ` +
            'longer applies; it comes back when the Canary is deleted with revertOnDeletion',
        ]
  return [...lost('its host', hostnames), ...lost('its parent', parents)]
}

const isSame = (ref: { name: string; sectionName?: string }, one: Fields) =>
  ref.name === one.name && (ref.sectionName === undefined || ref.sectionName === one.sectionName)

/** Reading rules of HTTPRoutes. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { movedEntry } from '../kept-annotation.ts'
import type { Specified } from '../metadata.ts'
import { type Fields, list } from '../reading.ts'
import type { Routes } from '../router.ts'
import { type BackendFormat, isSplit, withdrawnFrom } from '../weighted/backends.ts'
import { routesOf } from '../weighted/weights.ts'
import { copiesOf } from './filters.ts'

const format: BackendFormat = {
  serviceOf: ({ name }) => (typeof name === 'string' ? name : undefined),
  weightOf: weight,
}

/** True once the route names the canary: before the take-over it names none. */
export function readsCanary(canary: Canary, found: Specified): boolean {
  return splitRule(canary, found) !== undefined
}

/**
 * The traffic that the route splits; undefined while it names no canary. Throws InvalidSpecError
 * when neither backend has a weight.
 */
export function readRoutes(canary: Canary, found: Specified): Routes | undefined {
  const { names, namespace } = canary
  const rule = splitRule(canary, found)
  if (!rule) return undefined
  const routes = routesOf(
    weightOf(rule, names.primary),
    weightOf(rule, names.canary),
    `HTTPRoute ${found.metadata.name}.${namespace} has no weight for ${names.primary} and ` +
      `${names.canary}: give one of them a weight`,
  )
  // What the Canary copies there all the time is no step of the analysis.
  const always = (canary.spec.service?.mirror ?? []).filter(
    ({ backendRef }) => backendRef?.name === names.canary,
  )
  const copies = copiesOf(rule.filters, names.canary)
  if (copies.length <= always.length) return routes
  const percent = copies.at(-1)
  return { ...routes, mirrored: true, ...(percent !== undefined && { mirrorWeight: percent }) }
}

/**
 * The route with everybody on the primary, and otherwise as it is: for a rollback that the rules
 * of a Canary that was edited since must not stand in the way of.
 */
export function withdrawn(canary: Canary, route: Specified): Specified {
  const asPrimary = (entry: Fields) => ({ ...entry, name: canary.names.primary })
  const rules = list(route.spec?.rules).map((rule) => {
    const found = list(rule.backendRefs)
    if (!isSplit(canary, found, format)) return rule
    return { ...rule, backendRefs: withdrawnFrom(canary, { found, format }, asPrimary) }
  })
  return { ...route, spec: { ...route.spec, rules } }
}

/** What `render` throws where the route still gives the canary users, and none are wanted, is for later. */
export function isWithdrawal(canary: Canary, found: Specified, wanted: Routes): boolean {
  if (wanted.canary > 0 || wanted.mirrored) return false
  try {
    return (readRoutes(canary, found)?.canary ?? 0) > 0
  } catch (error) {
    if (error instanceof InvalidSpecError) return true
    throw error
  }
}

/** The rule that names the canary: the last, which is that for everybody. */
function splitRule(canary: Canary, found: Specified): Fields | undefined {
  const { names } = canary
  const rules = list(found.spec?.rules).toReversed()
  const has = ({ backendRefs }: Fields, wanted: string) =>
    list(backendRefs).some(({ name }) => name === wanted)
  return movedEntry(found, {
    entries: rules.filter((rule) => has(rule, names.canary)),
    hasPrimary: (rule) => has(rule, names.primary),
    leadsToApex: rules.some((rule) => leadsToApex(canary, rule)),
  })
}

/** Whether a rule has the apex Service among its backends. */
export function leadsToApex(canary: Canary, { backendRefs }: Fields): boolean {
  return list(backendRefs).some((to) => isApex(canary, to))
}

/** Whether a backend is the apex Service. */
export function isApex({ names, namespace }: Canary, to: Fields): boolean {
  const { group = '', kind = 'Service', namespace: of = namespace, name } = to
  return name === names.apex && kind === 'Service' && of === namespace && group === ''
}

function weightOf({ backendRefs }: Fields, service: string): number {
  const to = list(backendRefs).filter(({ name }) => name === service)
  return to.reduce((sum, one) => sum + weight(one), 0)
}

/** A backend without a weight counts as 1. */
export function weight({ weight: of }: Fields): number {
  return typeof of === 'number' ? of : 1
}

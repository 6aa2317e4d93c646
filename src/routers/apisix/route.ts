/** ApisixRoutes: the user's, the copy, and how the backends of a rule are read. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { ObjectRef } from '../../objects.ts'
import { namespacedKind } from '../../resource-kind.ts'
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

export const apisixRoutes = namespacedKind('apisix.apache.org/v2', 'ApisixRoute', 'apisixroutes')

/** The user's route and its copy; none while the Canary names no route. */
export function routeRefs({ namespace, spec, names }: Canary): ObjectRef[] {
  const name = spec.routeRef?.name
  if (!name) return []
  const { apiVersion, kind } = apisixRoutes
  return [name, `${name}-${names.apex}-canary`].map((of) => ({
    apiVersion,
    kind,
    namespace,
    name: of,
  }))
}

/** User's route and copy. Throws InvalidSpecError while the Canary names no route. */
export function bothRefs(canary: Canary): { user: ObjectRef; copy: ObjectRef } {
  const [user, copy] = routeRefs(canary)
  if (user && copy) return { user, copy }
  throw new InvalidSpecError(
    `apisix route selector is empty: set spec.routeRef.name of canary ${canary.label} to the ` +
      `ApisixRoute that leads to service ${canary.names.apex}`,
  )
}

/** A backend without a weight has the default of the API. */
const format: BackendFormat = {
  serviceOf: ({ serviceName }) => (typeof serviceName === 'string' ? serviceName : undefined),
  weightOf({ weight }) {
    if (weight === undefined) return 100
    return typeof weight === 'number' && weight > 0 ? weight : 0
  },
}

/** All rules for HTTP, in the order of the route. */
export function rulesIn({ spec }: Specified): Fields[] {
  return list(record(spec).http)
}

/** The rules that lead to the apex Service. */
export function rulesToApex({ names }: Canary, user: Specified): Fields[] {
  return rulesIn(user).filter(({ backends }) =>
    list(backends).some((backend) => format.serviceOf(backend) === names.apex),
  )
}

/** Before every rule of a user, and among themselves in the user's order. */
const preferred = 10_000

/** A rule of the copy: as the user's, but with primary and canary in place of the apex. */
export function splitRule(canary: Canary, rule: Fields, routes: Routes): Fields {
  const { apex, primary, canary: ofCanary } = canary.names
  const found = list(rule.backends)
  const split = splitBeside(canary, routes, { found, format })
  const settings = found.find((backend) => format.serviceOf(backend) === apex)
  const to = (serviceName: string, weight: number) => ({ ...settings, serviceName, weight })
  return {
    ...rule,
    priority: preferred + (typeof rule.priority === 'number' ? rule.priority : 0),
    websocket: rule.websocket ?? false,
    backends: [
      to(primary, split.primary),
      to(ofCanary, split.canary),
      ...split.others.map(({ entry, weight }) => ({ ...entry, weight })),
    ],
  }
}

/** True for a route that leads to primary or canary: the copy, whoever made it. */
export function isCopy(canary: Canary, found: Specified): boolean {
  return splitIn(canary, found) !== undefined
}

/** The traffic that the copy splits; undefined where it splits none. Throws InvalidSpecError. */
export function readCopy(canary: Canary, found: Specified): Routes | undefined {
  const { primary, canary: ofCanary } = canary.names
  const empty =
    `apisix route ${found.metadata.name}.${canary.namespace} has no weight for ${primary} and ` +
    `${ofCanary}: give one of them a weight`
  return readSplit(canary, { found: splitIn(canary, found) ?? [], format, empty })
}

function splitIn(canary: Canary, found: Specified): Fields[] | undefined {
  return rulesIn(found)
    .map(({ backends }) => list(backends))
    .find((backends) => isSplit(canary, backends, format))
}

/** The copy with everybody on the primary, and otherwise as it is. */
export function withdrawn(canary: Canary, copy: Specified): Specified {
  const asPrimary = (entry: Fields) => ({ ...entry, serviceName: canary.names.primary })
  const http = rulesIn(copy).map((rule) => {
    const found = list(rule.backends)
    if (!isSplit(canary, found, format)) return rule
    return { ...rule, backends: withdrawnFrom(canary, { found, format }, asPrimary) }
  })
  return { ...copy, spec: { ...copy.spec, http } }
}

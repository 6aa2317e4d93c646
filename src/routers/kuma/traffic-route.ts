/** TrafficRoutes: which one is a canary's, and how its split is read. */
import type { Canary } from '../../canary/canary.ts'
import type { ObjectRef } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'
import type { Specified } from '../metadata.ts'
import { type Fields, list, record } from '../reading.ts'
import type { RoutesContext } from '../router.ts'
import { type BackendFormat, isSplit } from '../weighted/backends.ts'

export const trafficRoutes: ResourceKind = {
  apiVersion: 'kuma.io/v1alpha1',
  kind: 'TrafficRoute',
  plural: 'trafficroutes',
  namespaced: false,
}

export interface TrafficRoute extends Specified {
  mesh?: unknown
}

/** How Kuma names a Service. */
export function serviceTag({ namespace, spec }: Canary, service: string): string {
  return `${service}_${namespace}_svc_${spec.service?.port ?? 0}`
}

/** The names that the route may have: Flagger's, and one that no other namespace has. */
export function trafficRouteRefs({ names, namespace }: Canary): [ObjectRef, ObjectRef] {
  const { apiVersion, kind } = trafficRoutes
  const ref = (name: string): ObjectRef => ({ apiVersion, kind, name })
  return [ref(names.apex), ref(`${names.apex}.${namespace}`)]
}

/**
 * The route of this canary. TrafficRoutes have no namespace: where one of Flagger's name routes to
 * a Service of the same name elsewhere, the namespace becomes part of the name.
 */
export function trafficRouteRef({ canary, find }: RoutesContext): ObjectRef {
  const [plain, qualified] = trafficRouteRefs(canary)
  const isOwn = (ref: ObjectRef) => {
    const found = find<TrafficRoute>(ref)
    return found !== undefined && isFor(canary, found)
  }
  if (isOwn(qualified)) return qualified
  return find(plain) === undefined || isOwn(plain) ? plain : qualified
}

function isFor(canary: Canary, { spec }: TrafficRoute): boolean {
  const { names, namespace } = canary
  if (isSplit(canary, splitIn(spec), splitFormat(canary))) return true
  return list(record(spec).destinations).some(({ match }) => {
    const tag = record(match)['kuma.io/service']
    return typeof tag === 'string' && tag.startsWith(`${names.apex}_${namespace}_svc_`)
  })
}

/** Entries of a split lead to tags; those of the namespace, of whatever port, are its Services. */
export function splitFormat({ namespace }: Canary): BackendFormat {
  return {
    serviceOf({ destination }) {
      const tag = record(destination)['kuma.io/service']
      const [service, of] = typeof tag === 'string' ? tag.split('_') : []
      return of === namespace ? service : undefined
    },
    weightOf: ({ weight }) => (typeof weight === 'number' && weight > 0 ? weight : 0),
  }
}

/** The entries of `conf.split`; none where the route leads to a single destination. */
export function splitIn(spec: unknown): Fields[] {
  return list(record(record(spec).conf).split)
}

/** The Gateways at which the route is to be. */
import type { Canary } from '../../canary/canary.ts'
import type { Parent } from '../router.ts'
import { httpRouteRef } from './version.ts'

const group = 'gateway.networking.k8s.io'

/** Of other parents, such as the Service of a mesh, nobody says that they have to be there. */
export function parentsOf(canary: Canary): Parent[] {
  const { apiVersion } = httpRouteRef(canary)
  const { gatewayRefs = [] } = canary.spec.service ?? {}
  return gatewayRefs.map((of) => {
    const field = 'spec.service.gatewayRefs'
    const isGateway = (of.group ?? group) === group && (of.kind ?? 'Gateway') === 'Gateway'
    if (!isGateway) return { field }
    const { namespace = canary.namespace, name } = of
    return { field, ref: { apiVersion, kind: 'Gateway', namespace, name } }
  })
}

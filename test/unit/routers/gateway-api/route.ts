/** HTTPRoutes as the tests of the Gateway API build and read them. */
import type { Canary } from '../../../../src/canary/canary.ts'
import type { HttpRule } from '../../../../src/routers/gateway-api/http-rules.ts'
import { gatewayApi } from '../../../../src/routers/gateway-api/router.ts'
import type { Specified } from '../../../../src/routers/metadata.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

export interface HttpRoute extends Specified {
  spec: { parentRefs: object[]; hostnames?: string[]; rules: HttpRule[] }
  status?: unknown
}

export const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
export const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }
export const split: Routes = { primary: 80, canary: 20, mirrored: false }

export type Service = Partial<NonNullable<Canary['spec']['service']>>

/** A context for canary `podinfo` at gateway `gw`, with these fields of `spec.service`. */
export function contextWith(service: Service = {}, of: ContextOf = {}) {
  const given = { port: 80, gatewayRefs: [{ name: 'gw' }], ...service }
  return contextOf({ provider: 'gatewayapi:v1', ...of, spec: { service: given } })
}

/** The route that is written for these routes. */
export function routeOf(service: Service = {}, of: ContextOf = {}, routes = toPrimary): HttpRoute {
  const [object] = gatewayApi.render(contextWith(service, of), routes)
  return object as HttpRoute
}

export function rulesOf(service: Service, of: ContextOf = {}, routes = toPrimary): HttpRule[] {
  return routeOf(service, of, routes).spec.rules
}

/** Backends as names and weights. */
export const backendsOf = ({ backendRefs }: HttpRule) =>
  backendRefs.map(({ name, weight }) => `${name} ${weight}`)

export const everyPath = { path: { type: 'PathPrefix', value: '/' } }

/** A route that somebody wrote. */
export function handMade(spec: object, more: object = {}): HttpRoute {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'podinfo', namespace: 'test' },
    spec: { parentRefs: [{ name: 'gw' }], rules: [], ...spec },
    ...more,
  }
}

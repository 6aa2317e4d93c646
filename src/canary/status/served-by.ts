/**
 * What a canary is served by, noted in its status: a Canary that names another provider, Ingress or
 * autoscaler says nothing any more of the objects that were made for the one before.
 */
import { isDeepStrictEqual } from 'node:util'
import type { CanarySpec, CanaryStatus } from '../api.gen.ts'
import type { Canary } from '../canary.ts'

export type ServedBy = NonNullable<CanaryStatus['servedBy']>

/** As the Canary says now. */
export function servedBy({ provider, spec }: Pick<Canary, 'provider' | 'spec'>): ServedBy {
  const { ingressRef, routeRef, autoscalerRef } = spec
  return {
    provider,
    ...(ingressRef && { ingress: ingressRef.name }),
    ...(routeRef && { route: routeRef.name }),
    ...(autoscalerRef && { autoscaler: { kind: autoscalerRef.kind, name: autoscalerRef.name } }),
  }
}

/** The canary as it was while something else served it; undefined where nothing did. */
export function formerly(canary: Canary): Canary | undefined {
  const was = canary.status.servedBy
  if (!was || isDeepStrictEqual(was, servedBy(canary))) return undefined
  const { ingressRef: _i, routeRef: _r, autoscalerRef: _a, ...rest } = canary.spec
  const { ingress, route, autoscaler } = was
  const spec = {
    ...rest,
    ...(ingress && { ingressRef: refTo('networking.k8s.io/v1', 'Ingress', ingress) }),
    ...(route && { routeRef: refTo('apisix.apache.org/v2', 'ApisixRoute', route) }),
    ...(autoscaler && { autoscalerRef: { apiVersion: '', ...autoscaler } }),
  }
  // The kind was read from a Canary once.
  return { ...canary, provider: was.provider ?? canary.provider, spec: spec as CanarySpec }
}

/** What is not named any more, for people: `provider istio, Ingress shop`. */
export function namesLeft(canary: Canary): string {
  const { provider, ingress, route, autoscaler } = canary.status.servedBy ?? {}
  const now = servedBy(canary)
  const { kind, name } = autoscaler ?? {}
  const names = [
    provider !== now.provider && `provider ${provider}`,
    ingress !== now.ingress && ingress !== undefined && `Ingress ${ingress}`,
    route !== now.route && route !== undefined && `ApisixRoute ${route}`,
    autoscaler && !isDeepStrictEqual(autoscaler, now.autoscaler) && `${kind} ${name}`,
  ]
  return names.filter((one) => one !== false && one !== undefined).join(', ')
}

function refTo<K extends string>(apiVersion: string, kind: K, name: string) {
  return { apiVersion, kind, name }
}

/**
 * What a canary is served by, noted in its status: a Canary that names another provider, Ingress or
 * autoscaler says nothing any more of the objects that were made for the one before.
 */
import { isDeepStrictEqual } from 'node:util'
import type { CanarySpec, ServedBy } from '../api.gen.ts'
import type { Canary } from '../canary.ts'
import { leadsToPods, serviceNames } from '../names/names.ts'

/** As the Canary says now. */
export function servedBy({
  provider,
  spec,
  names,
}: Pick<Canary, 'provider' | 'spec' | 'names'>): ServedBy {
  const { ingressRef, ingressRefs = [], httpRouteRefs = [], routeRef, autoscalerRef } = spec
  const [ingresses, httpRoutes] = [ingressRefs, httpRouteRefs].map(namesOf)
  return {
    provider,
    service: names.apex,
    ...(ingressRef && { ingress: ingressRef.name }),
    ...(ingresses && { ingresses }),
    ...(httpRoutes && { httpRoutes }),
    ...(routeRef && { route: routeRef.name }),
    ...(autoscalerRef && { autoscaler: { kind: autoscalerRef.kind, name: autoscalerRef.name } }),
  }
}

/** The canary as it was while something else served it; undefined where nothing did. */
export function formerly(canary: Canary): Canary | undefined {
  const was = noted(canary)
  return was && !isDeepStrictEqual(was, servedBy(canary)) ? asServed(canary, was) : undefined
}

/**
 * The canary as it was each time that something else served it, or was about to: objects for that
 * may have been made before the Canary was edited back.
 */
export function formers(canary: Canary): Canary[] {
  return othersNoted(canary).map((was) => asServed(canary, was))
}

/** What served it, and what was about to, where the Canary says something else now. */
function othersNoted(canary: Canary): ServedBy[] {
  const now = servedBy(canary)
  return allNoted(canary).filter((one) => !isDeepStrictEqual(one, now))
}

/** What served it, and what was about to since, the oldest first. */
function allNoted(canary: Pick<Canary, 'status' | 'names'>): ServedBy[] {
  const was = noted(canary)
  const begun = canary.status.servedNext ?? []
  return was ? [was, ...begun.filter((one) => !isDeepStrictEqual(one, was))] : begun
}

/** People edit a Canary that often at most before what was made for the first one is removed. */
const mostBegun = 10

/**
 * What the status is to note before anything is made for what the Canary names now; undefined
 * where it is noted.
 */
export function servedNext(canary: Canary): ServedBy[] | undefined {
  const now = servedBy(canary)
  const known = allNoted(canary)
  if (known.length === 0 || known.some((one) => isDeepStrictEqual(one, now))) return undefined
  return [...(canary.status.servedNext ?? []), now].slice(-mostBegun)
}

function asServed(canary: Canary, was: ServedBy): Canary {
  const { ingress, ingresses, httpRoutes, route, autoscaler, service = canary.names.apex } = was
  const spec = {
    ...withoutRefs(canary.spec),
    service: { ...canary.spec.service, name: service },
    ...(ingress && { ingressRef: refToIngress(ingress) }),
    ...(ingresses && { ingressRefs: ingresses.map(refToIngress) }),
    ...(httpRoutes && { httpRouteRefs: httpRoutes.map((name) => ({ name })) }),
    ...(route && { routeRef: refTo('apisix.apache.org/v2', 'ApisixRoute', route) }),
    ...(autoscaler && { autoscalerRef: { apiVersion: '', ...autoscaler } }),
  }
  // The kind was read from a Canary once.
  const former = { ...canary, provider: was.provider ?? canary.provider, spec: spec as CanarySpec }
  return { ...former, names: serviceNames(former.spec) }
}

/** What the status notes; of those whose status was written before, the Service is that of now. */
export function noted({ status, names }: Pick<Canary, 'status' | 'names'>): ServedBy | undefined {
  return status.servedBy && { service: names.apex, ...status.servedBy }
}

/** The Service that users called until its name was changed; undefined where it was not. */
export function formerService(canary: Canary): string | undefined {
  return serviceLeft(canary.status.servedBy ?? {}, canary)
}

function serviceLeft({ service }: ServedBy, { names, spec }: Canary): string | undefined {
  return service === names.apex || leadsToPods(spec) ? undefined : service
}

/** What is not named any more, for people: `provider istio, Ingress shop`. */
export function namesLeft(canary: Canary): string {
  const names = othersNoted(canary).flatMap((was) => namesIn(was, canary))
  return [...new Set(names)].join(', ')
}

function namesIn(was: ServedBy, canary: Canary): string[] {
  const { provider, ingress, route, autoscaler } = was
  const now = servedBy(canary)
  const service = serviceLeft(was, canary)
  const { kind, name } = autoscaler ?? {}
  const names = [
    service !== undefined && `Service ${service}`,
    provider !== now.provider && `provider ${provider}`,
    ingress !== now.ingress && ingress !== undefined && `Ingress ${ingress}`,
    ...left('Ingress', was.ingresses, now.ingresses),
    ...left('HTTPRoute', was.httpRoutes, now.httpRoutes),
    route !== now.route && route !== undefined && `ApisixRoute ${route}`,
    autoscaler && !isDeepStrictEqual(autoscaler, now.autoscaler) && `${kind} ${name}`,
  ]
  return names.filter((one) => typeof one === 'string')
}

function refTo<K extends string>(apiVersion: string, kind: K, name: string) {
  return { apiVersion, kind, name }
}

const refToIngress = (name: string) => refTo('networking.k8s.io/v1', 'Ingress' as const, name)

function withoutRefs(spec: CanarySpec) {
  const { ingressRef: _i, ingressRefs: _s, httpRouteRefs: _h, routeRef: _r, ...rest } = spec
  const { autoscalerRef: _a, ...others } = rest
  return others
}

/** Undefined for none, as of those whose status was written before there could be any. */
function namesOf(refs: readonly { name: string }[]): string[] | undefined {
  return refs.length > 0 ? refs.map(({ name }) => name) : undefined
}

function left(kind: string, was: readonly string[] = [], now: readonly string[] = []): string[] {
  return was.filter((name) => !now.includes(name)).map((name) => `${kind} ${name}`)
}

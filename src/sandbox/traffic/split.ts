/** Which Service each request reaches: decided by the routing objects as they are now. */
import type { CanaryResource } from '../../canary/api.gen.ts'
import { type Canary, parseCanary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { KubeObject, ObjectRef } from '../../objects.ts'
import { routerFor } from '../../routers/index.ts'
import type { RouterSettings, Routes } from '../../routers/router.ts'
import { ApiError } from '../api/api-error.ts'
import type { Store } from '../api/store.ts'

export interface Split {
  /** The canary that the called Service belongs to; absent for any other Service. */
  canary: Canary | undefined
  /** The apex is called, rather than one side of the canary, past any ingress. */
  isApex: boolean
  /** Absent where no routing object splits: the Service's own selector decides. */
  routes: Routes | undefined
  /** Only requests that meet the conditions of an A/B test are split. */
  isTest: boolean
}

/** Where one request goes. */
export interface Way {
  service: string
  /** Service that gets a copy, whose answer nobody waits for. */
  copyTo?: string
}

export interface SplitSettings {
  /** Provider of canaries that name none. */
  meshProvider: string
  ingressAnnotationsPrefix?: string
}

/** How requests to a Service are split at this moment. */
export function splitOf(
  store: Store,
  { namespace, service }: { namespace: string; service: string },
  { meshProvider, ingressAnnotationsPrefix = 'nginx.ingress.kubernetes.io' }: SplitSettings,
): Split {
  const defaults = { meshProvider, metricsServer: '' }
  const canary = canariesIn(store, namespace)
    .map((resource) => parseCanary(resource, defaults).canary)
    .find(({ names }) => Object.values(names).includes(service))
  const isApex = canary?.names.apex === service
  if (!canary || !isApex) return { canary, isApex, routes: undefined, isTest: false }
  const settings = { ingressAnnotationsPrefix, ingressClass: '', ownRoutes: true }
  return {
    canary,
    isApex,
    routes: routesOf(store, canary, settings),
    isTest: canary.analysis.match.length > 0,
  }
}

/** Routing objects that a data plane could not read either split nothing. */
function routesOf(store: Store, canary: Canary, settings: RouterSettings): Routes | undefined {
  const router = routerFor(canary.provider)
  if (!router.abilities({ canary, settings }).weights) return undefined
  try {
    return router.routes({ canary, find: finder(store), settings })
  } catch (error) {
    if (error instanceof InvalidSpecError) return undefined
    throw error
  }
}

function canariesIn(store: Store, namespace: string): CanaryResource[] {
  const kind = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }
  return ifServed(() => store.list<CanaryResource>(kind, { namespace })) ?? []
}

function finder(store: Store) {
  return <T extends KubeObject>(ref: ObjectRef) => ifServed(() => store.get<T>(ref))
}

/** Custom kinds come and go: one that is not served has no objects. */
function ifServed<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof ApiError && error.body.code === 404) return undefined
    throw error
  }
}

/**
 * The way of one request. `matching` is the share of requests, 0 to 1, that meet the conditions of
 * an A/B test.
 */
export function wayOf(
  { canary, routes, isTest }: Split,
  { service, matching = 0.5 }: { service: string; matching?: number | undefined },
  random: () => number,
): Way {
  if (!canary || !routes) return { service }
  const { primary, canary: canaryService } = canary.names
  if (isTest && random() >= matching) return { service: primary }
  if (random() * (routes.primary + routes.canary) < routes.canary) return { service: canaryService }
  const copied = routes.mirrorWeight || canary.analysis.mirrorWeight || 100
  const isCopied = routes.mirrored && random() * 100 < copied
  return { service: primary, ...(isCopied && { copyTo: canaryService }) }
}

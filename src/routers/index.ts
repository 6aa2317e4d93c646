/** The registry of routers. */
import { istio } from './istio/router.ts'
import { kubernetes } from './kubernetes/router.ts'
import { nginx } from './nginx/router.ts'
import type { Router } from './router.ts'
import { skipper } from './skipper/router.ts'

/** Every router, under the name of its provider. */
export const routers = { istio, kubernetes, nginx, skipper } satisfies Record<string, Router>

/** Which provider strings a router serves; the first rule that holds decides. */
const rules: readonly { serves: (provider: string) => boolean; router: Router }[] = [
  { serves: is('istio'), router: istio },
  { serves: is('nginx'), router: nginx },
  { serves: is('skipper'), router: skipper },
  { serves: is('kubernetes'), router: kubernetes },
]

/** Providers that Flagger has and this version has not; what follows is a version or a mesh. */
const missing = [
  /^(appmesh|apisix|contour|knative|kuma|linkerd|osm|traefik)$/,
  /^(appmesh:v1beta2|gatewayapi:v1|gloo|smi:v1alpha[123])/,
]

/**
 * The router of a provider. As in Flagger an unknown one gets Istio. One that is meant, but not
 * here, routes nothing: Istio's objects would be of no use to it, or get in its way.
 */
export function routerFor(provider: string): Router {
  const found = rules.find(({ serves }) => serves(provider))?.router
  return found ?? (isMissing(provider) ? kubernetes : istio)
}

/** Why a canary with this provider can't be cared for; undefined where it can. */
export function refusedProvider(provider: string): string | undefined {
  if (!isMissing(provider)) return undefined
  return `provider ${provider} is not supported by this version; ${remedy}`
}

/** What to tell the user about a provider that nobody knows; undefined for all others. */
export function unknownProvider(provider: string): string | undefined {
  if (isMissing(provider) || rules.some(({ serves }) => serves(provider))) return undefined
  return `provider "${provider}" is unknown and istio is used; ${remedy}`
}

const remedy = `set spec.provider to one of ${Object.keys(routers).join(', ')}`

function isMissing(provider: string): boolean {
  return missing.some((pattern) => pattern.test(provider))
}

function is(name: string): (provider: string) => boolean {
  return (provider) => provider === name
}

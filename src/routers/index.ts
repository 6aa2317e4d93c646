/** The registry of routers. */
import { istio } from './istio.ts'
import { kubernetes } from './kubernetes.ts'
import { nginx } from './nginx.ts'
import type { Router } from './router.ts'
import { skipper } from './skipper.ts'

/** Every router, under the name of its provider. */
export const routers = { istio, kubernetes, nginx, skipper } satisfies Record<string, Router>

/** Which provider strings a router serves; the first rule that holds decides. */
const rules: readonly { serves: (provider: string) => boolean; router: Router }[] = [
  { serves: is('istio'), router: istio },
  { serves: is('nginx'), router: nginx },
  { serves: is('skipper'), router: skipper },
  { serves: is('kubernetes'), router: kubernetes },
]

/** The router of a provider. As in Flagger an unknown provider gets Istio: see `isKnownProvider`. */
export function routerFor(provider: string): Router {
  return rules.find(({ serves }) => serves(provider))?.router ?? istio
}

/** False for a provider string that no router serves: users should be warned. */
export function isKnownProvider(provider: string): boolean {
  return rules.some(({ serves }) => serves(provider))
}

function is(name: string): (provider: string) => boolean {
  return (provider) => provider === name
}

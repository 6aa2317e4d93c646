/** Traefik: a TraefikService of weighted Services, which the user's IngressRoute leads to. */
import { named, type Provider } from '../provider.ts'
import { checks } from './checks.ts'
import { traefik as router, traefikServices } from './router.ts'

export const traefik: Provider = {
  ...named('traefik'),
  kinds: [traefikServices],
  draftOrder: 4,
  router,
  checks,
  // The object has the name of the apex Service, which no two canaries may share.
  claims: () => [],
}

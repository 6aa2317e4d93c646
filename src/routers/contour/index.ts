/** Contour: an HTTPProxy that the user's root HTTPProxy includes. */
import { named, type Provider } from '../provider.ts'
import { checks } from './checks.ts'
import { contour as router } from './router.ts'
import { httpProxies } from './routes.ts'

export const contour: Provider = {
  ...named('contour'),
  kinds: [httpProxies],
  draftOrder: 3,
  router,
  checks,
  // The object has the name of the apex Service, which no two canaries may share.
  claims: () => [],
}

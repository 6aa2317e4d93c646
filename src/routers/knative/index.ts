/** Knative: the traffic of the user's own Service, between its latest revision and another. */
import { knativeServices } from '../../knative-service.ts'
import { named, type Provider } from '../provider.ts'
import { checks } from './checks.ts'
import { knative as router } from './router.ts'

export const knative: Provider = {
  ...named('knative'),
  kinds: [knativeServices],
  keeps: [knativeServices],
  found: [knativeServices],
  only: { kind: knativeServices, called: 'Knative Service' },
  router,
  checks,
  // The object is the target itself, of which no two canaries may be.
  claims: () => [],
}

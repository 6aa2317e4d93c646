/** A mesh that nobody has: it splits by one object, of two sides. */
import { namespacedKind } from '../../resource-kind.ts'
import { podHttp } from '../checks.ts'
import { named, type Provider } from '../provider.ts'
import { tideway as router } from './router.ts'

export const tideway: Provider = {
  ...named('tideway'),
  kinds: [namespacedKind('tideway.example.com/v1', 'Tide', 'tides')],
  router,
  checks: podHttp,
  claims: ({ service }) =>
    service?.name === undefined
      ? []
      : [{ kind: 'Tide', name: service.name, remedy: 'set another spec.service.name' }],
}

/**
 * A router of one's own: a ConfigMap has the template of its objects, and says where these hold the
 * weight. `custom:NAME` names the ConfigMap of the Canary's namespace.
 */
import { podHttp } from '../checks.ts'
import type { Provider } from '../provider.ts'
import { prefix } from './config.ts'
import { custom as router } from './router.ts'

export const custom: Provider = {
  // The one that the suites try, whose ConfigMap stands in the documents.
  names: [`${prefix}openshift-route`],
  shownAs: `${prefix}NAME`,
  serves: (provider) => provider.startsWith(prefix),
  // Which they are nobody knows here: whoever writes the template gives the rights as well.
  kinds: [],
  router,
  checks: podHttp,
  claims: () => [],
}

/** Plain Kubernetes: the selector of a Service decides, and pods are measured by what they count. */
import { podHttp } from '../checks.ts'
import { named, type Provider } from '../provider.ts'
import { kubernetes as router } from './router.ts'

export const kubernetes: Provider = {
  ...named('kubernetes'),
  kinds: [],
  movesNoTraffic: true,
  router,
  checks: podHttp,
  claims: () => [],
}

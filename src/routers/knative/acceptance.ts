/** What Knative says of the traffic that a Service has. */
import type { Canary } from '../../canary/canary.ts'
import { type KnativeService, knativeName, percentOf, sidesOf } from '../../knative-service.ts'
import { type Acceptance, accepted } from '../router.ts'

/** Whether the traffic is shared as the Service asks: its status tells it. */
export function trafficAccepted(
  canary: Canary,
  { metadata, spec, status }: KnativeService,
): Acceptance {
  if (!status) return accepted
  const at = knativeName(canary)
  const { generation = 0 } = metadata
  const { observedGeneration: observed = generation, conditions = [], traffic } = status
  if (observed < generation) {
    const facts = `observed generation: ${observed}, current generation: ${generation}`
    return { state: 'pending', why: `${at} is not taken over by Knative yet (${facts})` }
  }
  const routes = conditions.find(({ type }) => type === 'RoutesReady')
  if (routes?.status === 'False') {
    const said = routes.message ? `: ${routes.message}` : ''
    return { state: 'pending', why: `${at} has routes that are not ready${said}` }
  }
  const is = percentOf(sidesOf(traffic).latest)
  const wanted = percentOf(sidesOf(spec?.traffic).latest)
  if (is === wanted || traffic === undefined) return accepted
  const facts = `${is} % go to the latest revision, and ${wanted} % are to`
  return { state: 'pending', why: `${at} is not shared as it asks yet: ${facts}` }
}

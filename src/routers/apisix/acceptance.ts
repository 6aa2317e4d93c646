/** What the ingress controller of APISIX says of a route in its status. */
import type { Specified } from '../metadata.ts'
import { list, record } from '../reading.ts'
import { type Acceptance, accepted } from '../router.ts'

/** Of releases before 2, and from 2 on. */
const telling = ['ResourcesAvailable', 'Accepted']

/**
 * Whether APISIX has the route as it is. One without a word of it counts as taken over: not every
 * installation writes the status.
 */
export function routeAccepted(route: Specified & { status?: unknown }): Acceptance {
  const { name, namespace = '', generation = 0 } = route.metadata
  const at = `apisix route ${name}.${namespace}`
  const said = list(record(route.status).conditions).find(({ type }) =>
    telling.includes(String(type)),
  )
  if (!said) return accepted
  const { observedGeneration: observed, status, message } = said
  if (typeof observed === 'number' && observed < generation) {
    const facts = `observed generation: ${observed}, current generation: ${generation}`
    return { state: 'pending', why: `${at} is not taken over by APISIX yet (${facts})` }
  }
  if (status !== 'False') return accepted
  const why = typeof message === 'string' && message !== '' ? `: ${message}` : ''
  return { state: 'pending', why: `${at} is refused by APISIX${why}` }
}

/** What Contour says of an HTTPProxy in its status. */
import type { Specified } from '../metadata.ts'
import { list, record } from '../reading.ts'
import { type Acceptance, accepted } from '../router.ts'

/**
 * Whether Contour has taken over the object as it is. One without a word of it counts as taken
 * over: not every installation has the status, and `NotReconciled` is the default of the API.
 */
export function proxyAccepted(proxy: Specified & { status?: unknown }): Acceptance {
  const { currentStatus, description, conditions } = record(proxy.status)
  if (typeof currentStatus !== 'string' || currentStatus === 'NotReconciled') return accepted
  const { name, namespace = '', generation = 0 } = proxy.metadata
  const at = `HTTPProxy ${name}.${namespace}`
  const observed = list(conditions).find(({ type }) => type === 'Valid')?.observedGeneration
  if (typeof observed === 'number' && observed < generation) {
    const facts = `observed generation: ${observed}, current generation: ${generation}`
    return { state: 'pending', why: `${at} is not taken over by Contour yet (${facts})` }
  }
  if (currentStatus === 'valid') return accepted
  const said = typeof description === 'string' && description !== '' ? `: ${description}` : ''
  const remedy =
    currentStatus === 'orphaned' ? `; include it in a root HTTPProxy that has a virtual host` : ''
  return { state: 'pending', why: `${at} is ${currentStatus} for Contour${said}${remedy}` }
}

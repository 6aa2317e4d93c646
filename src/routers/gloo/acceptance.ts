/** What Gloo says of an object in its status. */
import type { Specified } from '../metadata.ts'
import { type Fields, record } from '../reading.ts'
import { type Acceptance, accepted } from '../router.ts'

/**
 * Whether Gloo has the object as it is. It tells no generation: a refusal may be of what stood
 * there before, and is taken back at Gloo's next look. Older releases write numbers, and without
 * the name of the one that says it.
 */
export function glooAccepted(object: Specified & { status?: unknown }): Acceptance {
  const { kind, metadata, status } = object
  const { statuses, ...single } = record(status)
  const all: Fields[] = [single, ...Object.values(record(statuses)).map(record)]
  const refused = all.find(({ state }) => state === 'Rejected' || state === 2)
  if (!refused) return accepted
  const { reason } = refused
  const why = typeof reason === 'string' && reason !== '' ? `: ${reason}` : ''
  return {
    state: 'pending',
    why: `${kind} ${metadata.name}.${metadata.namespace} is rejected by Gloo${why}`,
  }
}

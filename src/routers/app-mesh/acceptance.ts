/** What the controller of App Mesh says of an object in its status. */
import type { Specified } from '../metadata.ts'
import { list, record } from '../reading.ts'
import { type Acceptance, accepted } from '../router.ts'

/** Whether AWS has the object as it is. One without a word of it counts as taken over. */
export function appMeshAccepted(object: Specified & { status?: unknown }): Acceptance {
  const { kind, metadata, status } = object
  const { generation = 0 } = metadata
  const { observedGeneration: observed, conditions } = record(status)
  const at = `${kind} ${metadata.name}.${metadata.namespace}`
  if (typeof observed === 'number' && observed < generation) {
    const facts = `observed generation: ${observed}, current generation: ${generation}`
    return { state: 'pending', why: `${at} is not taken over by App Mesh yet (${facts})` }
  }
  const refused = list(conditions).find(
    ({ type, status: is }) => String(type).endsWith('Active') && is === 'False',
  )
  if (!refused) return accepted
  const { message, reason } = refused
  const said = [message, reason].find((one) => typeof one === 'string' && one !== '')
  return {
    state: 'pending',
    why: `${at} is not active in App Mesh${said === undefined ? '' : `: ${said}`}`,
  }
}

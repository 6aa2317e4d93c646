/**
 * Whose an object is. Names come back: after a Canary was deleted and created anew, what the first
 * one left is still there for a while, until the garbage collector has removed it.
 */
import type { KubeObject, OwnerReference } from '../../objects.ts'
import type { Canary } from '../canary.ts'

/** The label of all that is generated. */
export const managedBy: Readonly<Record<string, string>> = {
  'app.kubernetes.io/managed-by': 'flagger',
}

/** By which the API server deletes a generated object along with its Canary. */
export function ownerReference({ metadata }: Pick<Canary, 'metadata'>): OwnerReference {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    name: metadata.name,
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
}

/**
 * True when an earlier Canary owns the object: it is going to be removed. A Canary that was renamed
 * is another one with the same target; as long as the earlier one is there, the later one is held.
 */
export function isLeftOver(object: KubeObject, canary: Canary): boolean {
  const { ownerReferences = [] } = object.metadata
  return ownerReferences.some((owner) => isPredecessor(owner, canary, object))
}

/** Whether this canary made it, or an earlier one in its place. */
export function isMadeFor(object: KubeObject, canary: Canary): boolean {
  const { ownerReferences = [] } = object.metadata
  const isOwn = ownerReferences.some(({ kind, name }) => kind === 'Canary' && name === canary.name)
  return isOwn || isLeftOver(object, canary)
}

/**
 * The object as this Canary's own where an earlier one in its place left it, so that traffic does
 * not lose what it goes through; any other object as it is. The garbage collector looks at the
 * owners once more before it deletes.
 */
export function inherited<T extends KubeObject>(object: T, canary: Canary): T {
  const { ownerReferences = [], deletionTimestamp } = object.metadata
  if (deletionTimestamp !== undefined || !isLeftOver(object, canary)) return object
  const uid = canary.metadata.uid ?? ''
  const owners = ownerReferences
    .map((owner) =>
      isPredecessor(owner, canary, object) ? { ...owner, name: canary.name, uid } : owner,
    )
    .filter((owner, index, all) => all.findIndex((one) => one.uid === owner.uid) === index)
  return { ...object, metadata: { ...object.metadata, ownerReferences: owners } }
}

/** Copies of these may be those of another canary, whose target has the same configuration. */
const shared: readonly string[] = ['ConfigMap', 'Secret']

function isPredecessor(
  { kind, apiVersion, name, uid, controller }: OwnerReference,
  { metadata }: Canary,
  object: KubeObject,
): boolean {
  return (
    kind === 'Canary' &&
    apiVersion.startsWith('flagger.app/') &&
    (name === metadata.name || (controller === true && !shared.includes(object.kind))) &&
    metadata.uid !== undefined &&
    uid !== metadata.uid
  )
}

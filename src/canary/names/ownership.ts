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

/** True when an earlier Canary of this name owns the object: it is going to be removed. */
export function isLeftOver({ metadata }: KubeObject, canary: Canary): boolean {
  return (metadata.ownerReferences ?? []).some((owner) => isPredecessor(owner, canary))
}

/** Whether this canary made it, or an earlier one of its name. */
export function isMadeFor({ metadata }: KubeObject, { name }: Canary): boolean {
  const { ownerReferences = [] } = metadata
  return ownerReferences.some((owner) => owner.kind === 'Canary' && owner.name === name)
}

/**
 * The object as this Canary's own where an earlier one of its name left it, so that traffic does
 * not lose what it goes through; any other object as it is. The garbage collector looks at the
 * owners once more before it deletes.
 */
export function inherited<T extends KubeObject>(object: T, canary: Canary): T {
  const { ownerReferences = [], deletionTimestamp } = object.metadata
  if (deletionTimestamp !== undefined || !isLeftOver(object, canary)) return object
  const uid = canary.metadata.uid ?? ''
  const owners = ownerReferences
    .map((owner) => (isPredecessor(owner, canary) ? { ...owner, uid } : owner))
    .filter((owner, index, all) => all.findIndex((one) => one.uid === owner.uid) === index)
  return { ...object, metadata: { ...object.metadata, ownerReferences: owners } }
}

function isPredecessor({ kind, apiVersion, name, uid }: OwnerReference, { metadata }: Canary) {
  return (
    kind === 'Canary' &&
    apiVersion.startsWith('flagger.app/') &&
    name === metadata.name &&
    metadata.uid !== undefined &&
    uid !== metadata.uid
  )
}

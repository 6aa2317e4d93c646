/** Deleting objects: preconditions, finalizers, grace, and what goes with an owner. */
import { conflict } from '../api-error.ts'
import { type Cluster, existing, type Target, timestamp } from '../cluster.ts'
import { at, freeze } from '../json.ts'
import { type ApiObject, type Resource, storageOf } from '../resource.ts'
import type { DeleteOptions } from './request.ts'

export interface Deleted {
  object: ApiObject
  /** False while finalizers, a grace period or contents hold the object. */
  gone: boolean
}

type WithGrace = ApiObject['metadata'] & { deletionGracePeriodSeconds?: number }

/** Deletes an object, or marks it. Throws 404, and 409 where a precondition fails. */
export function remove(cluster: Cluster, target: Target, options: DeleteOptions): Deleted {
  const before = existing(cluster, target)
  checkPreconditions(target.resource, before, options)
  const grace = graceOf(cluster, target.resource, before, options)
  const finalizers = finalizersFor(cluster, before, options)
  const holds = finalizers.length > 0 || grace > 0 || isNamespace(target.resource)
  if (!holds) {
    if (options.dryRun) return { object: before, gone: true }
    return { object: removeNow(cluster, target.resource, before), gone: true }
  }
  const marked = mark(cluster, before, finalizers, grace)
  if (options.dryRun || marked === before) return { object: marked, gone: false }
  const resourceVersion = String(cluster.storage.next())
  const stored = freeze({ ...marked, metadata: { ...marked.metadata, resourceVersion } })
  cluster.storage.put(storageOf(target.resource), stored)
  return { object: stored, gone: false }
}

/** Takes the object out of the storage; its last version is the answer. */
export function removeNow(cluster: Cluster, resource: Resource, object: ApiObject): ApiObject {
  const resourceVersion = String(cluster.storage.next())
  const last = freeze({ ...object, metadata: { ...object.metadata, resourceVersion } })
  cluster.storage.remove(storageOf(resource), last)
  return last
}

function checkPreconditions(resource: Resource, before: ApiObject, options: DeleteOptions): void {
  const { uid, resourceVersion, name } = before.metadata
  // Here the real server names the kind, where it names the resource elsewhere.
  const subject = { ...resource, plural: resource.kind }
  if (options.uid !== undefined && options.uid !== uid) {
    const why = `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`
    throw conflict(subject, name, why)
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`
    throw conflict(subject, name, why)
  }
}

function isNamespace({ group, plural }: Resource): boolean {
  return group === '' && plural === 'namespaces'
}

function graceOf(
  { gracefulPods }: Cluster,
  { group, plural }: Resource,
  pod: ApiObject,
  options: DeleteOptions,
): number {
  if (!gracefulPods || group !== '' || plural !== 'pods') return 0
  // A pod without a node has no kubelet that would confirm its end.
  if (!at(pod, 'spec', 'nodeName')) return 0
  const declared = Number(at(pod, 'spec', 'terminationGracePeriodSeconds') ?? 30)
  return options.gracePeriodSeconds ?? declared
}

function finalizersFor(
  { storage }: Cluster,
  { metadata }: ApiObject,
  options: DeleteOptions,
): string[] {
  const own = metadata.finalizers ?? []
  const { propagationPolicy } = options
  const waits = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: undefined }
  const finalizer = propagationPolicy && waits[propagationPolicy]
  if (!finalizer) return own
  // With nothing below the object there is nothing to wait for.
  const hasDependents = storage
    .storages()
    .some((one) => storage.list(one).some((object) => isOwnedBy(object, metadata.uid)))
  return hasDependents ? [...new Set([...own, finalizer])] : own
}

/** Whether an owner reference of the object has this uid. */
export function isOwnedBy({ metadata }: ApiObject, uid: string | undefined): boolean {
  return metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false
}

function mark(cluster: Cluster, before: ApiObject, finalizers: string[], grace: number): ApiObject {
  if (
    before.metadata.deletionTimestamp &&
    finalizers.length === (before.metadata.finalizers ?? []).length
  )
    return before
  const deletionTimestamp =
    before.metadata.deletionTimestamp ??
    timestamp({ now: () => new Date(cluster.now().getTime() + grace * 1000) })
  const { generation } = before.metadata
  const metadata: WithGrace = {
    ...before.metadata,
    deletionTimestamp,
    deletionGracePeriodSeconds: grace,
    ...(generation !== undefined && { generation: generation + 1 }),
    ...(finalizers.length > 0 && { finalizers }),
  }
  const namespace = before.kind === 'Namespace' && before.apiVersion === 'v1'
  return { ...before, metadata, ...(namespace && { status: { phase: 'Terminating' } }) }
}

/** The parts that every operation of the server works on. */
import { notFound } from './api-error.ts'
import type { Registry } from './registry.ts'
import { type ApiObject, type Resource, storageOf } from './resource.ts'
import type { Storage } from './storage.ts'

export interface Cluster {
  storage: Storage
  registry: Registry
  /** The time of day for timestamps of objects. */
  now: () => Date
  /** Makes uids and the random ends of generated names. */
  uuid: () => string
  /** Pods that run on a node stay until their grace period is taken back, as with a kubelet. */
  gracefulPods: boolean
}

/** Names one object of a resource. */
export interface Target {
  resource: Resource
  namespace: string | undefined
  name: string
}

/** The time as the server writes it: to the second. */
export function timestamp({ now }: Pick<Cluster, 'now'>): string {
  return `${now().toISOString().slice(0, 19)}Z`
}

/** The stored object in the version of the resource; throws 404. */
export function existing({ storage }: Cluster, { resource, namespace, name }: Target): ApiObject {
  const found = storage.get(storageOf(resource), namespace, name)
  if (!found) throw notFound(resource, name)
  return inVersion(resource, found)
}

/** The object with the API version of the resource: versions differ by nothing else here. */
export function inVersion(resource: Resource, object: ApiObject): ApiObject {
  const apiVersion = resource.group ? `${resource.group}/${resource.version}` : resource.version
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion }
}

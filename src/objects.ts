/** Plain Kubernetes objects as they travel on the wire, and how one of them is named. */

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export interface Metadata {
  name: string
  namespace?: string
  generateName?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: ManagedField[]
}

export interface ManagedField {
  manager?: string
  operation?: string
  time?: string
  subresource?: string
  /** The set of fields, see `src/writes/managers.ts`. */
  fieldsV1?: unknown
}

export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: Metadata
}

/** Names one object: enough to read it, write it or find it in a snapshot. */
export interface ObjectRef {
  apiVersion: string
  kind: string
  /** Absent for cluster-scoped objects. */
  namespace?: string
  name: string
}

/** Looks an object up in what was observed; undefined when the cluster does not have it. */
export type Find = <T extends KubeObject>(ref: ObjectRef) => T | undefined

/** A unique text for one object, stable over its life. */
export function refKey({ apiVersion, kind, namespace = '', name }: ObjectRef): string {
  return `${apiVersion}/${kind}/${namespace}/${name}`
}

/** Kind and name as sentences have them: `Service web.shop`, and `TrafficRoute web` of a whole cluster. */
export function shownRef({ kind, metadata: { name, namespace } }: KubeObject): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${name}.${namespace}`
}

/** The reference that leads to the object. */
export function refOf({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
  const { namespace, name } = metadata
  return namespace === undefined
    ? { apiVersion, kind, name }
    : { apiVersion, kind, namespace, name }
}

/** The name of an object and its version, for who holds thousands of them and needs little more. */
export function inBrief({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, resourceVersion } = metadata
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
  }
}

/** Objects to write and to delete so that a deleted Canary leaves things as it found them. */
export interface Restoration {
  write: KubeObject[]
  remove: ObjectRef[]
}

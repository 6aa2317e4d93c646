/**
 * How a report reads the cluster. The port: whoever shows canaries gives it, be it a command with
 * the rights of its user or a page with those of its visitor.
 */
import type { KubeObject, ObjectRef } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'

/** What a list is narrowed to; without a namespace it is of all. */
export interface Narrowing {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
}

/** Both reads reject with KubeError when the server refuses or does not answer. */
export interface Reader {
  /** The time by which ages are told: the server's, where it is known. */
  now(): Date
  /** The object, or undefined when there is none. */
  get<T extends KubeObject>(ref: ObjectRef): Promise<T | undefined>
  list<T extends KubeObject>(kind: ResourceKind, narrowing: Narrowing): Promise<T[]>
  /** Shortest analysis interval of the controller, where it is known and not the default. */
  minIntervalMs?: number | undefined
}

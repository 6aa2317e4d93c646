/** What the server knows about one resource in one version, built in or from a CRD. */
import type { KubeObject, Metadata } from '../../objects.ts'
import type { Json } from './json.ts'

/** An object as stored: the known fields of its metadata are typed, all else is JSON. Frozen. */
export interface ApiObject extends KubeObject {
  metadata: ApiMetadata
  [key: string]: unknown
}

export interface ApiMetadata extends Metadata {
  deletionGracePeriodSeconds?: number
  [key: string]: unknown
}

/** A column of `kubectl get`. */
export interface Column {
  name: string
  type: string
  format?: string
  description?: string
  priority?: number
  jsonPath?: string
}

/** A column with the way to its value. */
export type TableColumn = Column & { cell: (object: ApiObject, now: Date) => unknown }

export interface ScalePaths {
  specReplicas: string[]
  statusReplicas: string[]
  /** Path of a selector: an object of Kubernetes' form, or its text. */
  selector?: string[]
}

export interface Resource {
  group: string
  version: string
  kind: string
  listKind: string
  plural: string
  singular: string
  shortNames: string[]
  categories: string[]
  namespaced: boolean
  hasStatus: boolean
  scale?: ScalePaths
  /** When metadata.generation counts changes: of the spec, or of all but metadata and status. */
  generation: 'none' | 'spec' | 'content'
  /** Whether a PUT may leave out the resourceVersion. */
  unconditionalUpdate: boolean
  /** Review kinds answer a POST and store nothing. */
  review?: true
  /** Set for resources that a CustomResourceDefinition declares. */
  custom?: { schema: Json | undefined; columns: Column[]; storage: boolean }
}

/** `GROUP/VERSION`; in the core group the version alone. */
export function apiVersionOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group ? `${group}/${version}` : version
}

/** The name under which all versions of a resource share one storage. */
export function storageOf({ group, plural }: Pick<Resource, 'group' | 'plural'>): string {
  return `${group}/${plural}`
}

/** The key of an object in its storage; cluster-scoped objects have an empty namespace. */
export function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`
}

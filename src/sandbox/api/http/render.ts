/** Gives answers the form that the client asked for: objects, metadata or tables. */
import { badRequest } from '../api-error.ts'
import type { Cluster } from '../cluster.ts'
import type { Json } from '../json.ts'
import type { ApiObject, Resource } from '../resource.ts'
import { table } from '../tables/table.ts'
import type { Media } from './media.ts'
import { type Answer, listBody, metadataOnly } from './objects.ts'
import type { RequestInfo } from './request-info.ts'

export interface Rendering {
  resource: Resource
  media: Media
  info: RequestInfo | undefined
}

/** The body of an answer with one object or a list. */
export function render(
  cluster: Cluster,
  answer: Exclude<Answer, { kind: 'status' }>,
  { resource, media, info }: Rendering,
): Json {
  // A Scale has no columns of its own here, and kubectl asks for none.
  const form = info?.subresource === 'scale' ? 'object' : media.form
  const now = cluster.now()
  if (answer.kind === 'object') {
    const { object } = answer
    if (form === 'metadata') return metadataOnly(object)
    if (form !== 'table') return object
    const { resourceVersion } = object.metadata
    return table(resource, [object], { resourceVersion }, { now, include: included(info) })
  }
  const { items, metadata } = answer.list
  if (form === 'table')
    return table(resource, items, { ...metadata }, { now, include: included(info) })
  if (form !== 'metadata') return listBody(resource, answer.list)
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    items: items.map(metadataOnly),
  }
}

/** The form of the objects of one watch. */
export function renderer(
  cluster: Cluster,
  { resource, media, info }: Rendering,
): (object: ApiObject) => unknown {
  if (media.form === 'metadata') return metadataOnly
  if (media.form !== 'table') return (object) => object
  let rowsOnly = false
  const include = included(info)
  return (object) => {
    const { resourceVersion } = object.metadata
    const options = { now: cluster.now(), include, rowsOnly }
    rowsOnly = true
    return table(resource, [object], { resourceVersion }, options)
  }
}

function included(info: RequestInfo | undefined): 'None' | 'Metadata' | 'Object' {
  const given = info?.query.get('includeObject') || 'Metadata'
  if (given === 'None' || given === 'Metadata' || given === 'Object') return given
  throw badRequest(`includeObject: Unsupported value: "${given}"`)
}

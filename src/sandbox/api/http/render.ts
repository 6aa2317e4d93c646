/** Gives answers the form that the client asked for: objects, metadata or tables. */
import type { Cluster } from '../cluster.ts'
import type { Json } from '../json.ts'
import type { ApiObject, Resource } from '../resource.ts'
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
  _cluster: Cluster,
  answer: Exclude<Answer, { kind: 'status' }>,
  { resource, media }: Rendering,
): Json {
  if (answer.kind === 'object')
    return media.form === 'metadata' ? metadataOnly(answer.object) : answer.object
  if (media.form !== 'metadata') return listBody(resource, answer.list)
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: answer.list.metadata,
    items: answer.list.items.map(metadataOnly),
  }
}

/** The form of the objects of a watch. */
export function renderer(_cluster: Cluster, { media }: Rendering): (object: ApiObject) => unknown {
  return media.form === 'metadata' ? metadataOnly : (object) => object
}

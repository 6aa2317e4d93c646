/** The scale subresource. */
import { badRequest, pathNotFound } from '../api-error.ts'
import { at, isRecord, record, withAt } from '../json.ts'
import type { ApiObject, Resource } from '../resource.ts'
import { selectorText } from '../selectors.ts'

/** The Scale of an object; throws 404 where the kind has none. */
export function toScale({ scale }: Resource, object: ApiObject): ApiObject {
  if (!scale) throw pathNotFound()
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const selector = scale.selector && selectorText(at(object, ...scale.selector))
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as ApiObject['metadata'],
    spec: { replicas: Number(at(object, ...scale.specReplicas) ?? 0) },
    status: {
      replicas: Number(at(object, ...scale.statusReplicas) ?? 0),
      ...(selector && { selector }),
    },
  }
}

/** The object with the replicas that a Scale asks for. */
export function fromScale({ scale }: Resource, object: ApiObject, body: unknown): ApiObject {
  if (!scale) throw pathNotFound()
  if (!isRecord(body)) throw badRequest('the request body must be a JSON object')
  const replicas = at(body, 'spec', 'replicas') ?? 0
  if (!Number.isInteger(replicas) || Number(replicas) < 0)
    throw badRequest('spec.replicas: must be a whole number that is not negative')
  const scaled = withAt(object, scale.specReplicas, replicas) as ApiObject
  const { resourceVersion } = record(body.metadata)
  return withAt(scaled, ['metadata', 'resourceVersion'], resourceVersion) as ApiObject
}

/** What an update of a built-in object keeps when it leaves it out. */
import { isRecord, record, withAt } from '../json.ts'
import type { ApiObject, Resource } from '../resource.ts'

/**
 * The object to store: a Service keeps its cluster addresses unless it becomes an ExternalName;
 * anything else is as it was sent.
 */
export function carryOver(resource: Resource, before: ApiObject, after: ApiObject): ApiObject {
  if (resource.custom || resource.group !== '' || resource.plural !== 'services') return after
  const old = record(before.spec)
  const spec = record(after.spec)
  if (!isRecord(after.spec) || spec.type === 'ExternalName') return after
  const kept = {
    clusterIP: spec.clusterIP || old.clusterIP,
    clusterIPs: spec.clusterIPs ?? old.clusterIPs,
  }
  return withAt(after, ['spec'], { ...spec, ...kept }) as ApiObject
}

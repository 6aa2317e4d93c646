/** The defaults that the server fills in for built-in kinds. */
import type { ApiObject, Resource } from '../resource.ts'

export function defaultBuiltin(_resource: Resource, object: ApiObject): ApiObject {
  return object
}

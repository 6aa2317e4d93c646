/** The rules of built-in kinds. */
import type { FieldError } from '../api-error.ts'
import type { ApiObject, Resource } from '../resource.ts'

export function validateBuiltin(
  _resource: Resource,
  _object: ApiObject,
  _before?: ApiObject,
): FieldError[] {
  return []
}

/** Validation of custom resources. */
import type { FieldError } from '../api-error.ts'
import type { ApiObject } from '../resource.ts'

export function validateSchema(
  _schema: unknown,
  _object: ApiObject,
  _before?: ApiObject,
): FieldError[] {
  return []
}

/** The rules of a schema for strings and numbers. */
import { type FieldError, invalidValue } from '../api-error.ts'
import type { Json } from '../json.ts'

const patterns = new Map<string, RegExp | undefined>()

// Schemas are Go's: a pattern that JavaScript cannot read is no reason to refuse an object.
function compiled(pattern: string): RegExp | undefined {
  if (!patterns.has(pattern)) patterns.set(pattern, compile(pattern))
  return patterns.get(pattern)
}

function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    try {
      return new RegExp(pattern)
    } catch {
      return undefined
    }
  }
}

/** What the schema has against a text: length, pattern, or the format `duration`. */
export function stringErrors(schema: Json, value: string, path: string): FieldError[] {
  const errors: FieldError[] = []
  const { pattern, minLength, maxLength, format } = schema
  const length = [...value].length
  if (typeof maxLength === 'number' && length > maxLength)
    errors.push({
      field: path,
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${maxLength} bytes`,
    })
  if (typeof minLength === 'number' && length < minLength)
    errors.push(
      invalidValue(path, value, `${path} in body should be at least ${minLength} chars long`),
    )
  if (typeof pattern === 'string' && compiled(pattern)?.test(value) === false)
    errors.push(invalidValue(path, value, `${path} in body should match '${pattern}'`))
  if (format === 'duration' && !/^([0-9.]+(ns|us|µs|ms|s|m|h))+$/.test(value))
    errors.push(invalidValue(path, value, `${path} in body must be of type duration: "${value}"`))
  return errors
}

/** What the schema has against a number: its bounds, or that it is no multiple. */
export function numberErrors(schema: Json, value: number, path: string): FieldError[] {
  const errors: FieldError[] = []
  const fail = (why: string) => errors.push(invalidValue(path, value, `${path} in body ${why}`))
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  if (typeof minimum === 'number' && (exclusiveMinimum ? value <= minimum : value < minimum))
    fail(`should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`)
  if (typeof maximum === 'number' && (exclusiveMaximum ? value >= maximum : value > maximum))
    fail(`should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`)
  if (typeof multipleOf === 'number' && !Number.isInteger(value / multipleOf))
    fail(`should be a multiple of ${multipleOf}`)
  return errors
}

/** Validation of custom resources by the schema of their CRD, in the server's words. */
import { type FieldError, invalidValue, required, typeInvalid, unsupported } from '../api-error.ts'
import { isRecord, type Json, list, record, same } from '../json.ts'
import type { ApiObject } from '../resource.ts'
import { expressionErrors, hasExpressions } from './expressions.ts'
import { numberErrors, stringErrors } from './scalars.ts'

/** Every rule of the schema that the object breaks. */
export function validateSchema(
  schema: Json | undefined,
  object: ApiObject,
  before?: ApiObject,
): FieldError[] {
  if (!schema) return []
  // Metadata has its own rules, and schemas may not restrict it.
  const { metadata: _, ...properties } = record(schema.properties)
  const known = { ...schema, properties }
  const errors = validate(known, object, '')
  if (!hasExpressions(known)) return errors
  if (!errors.some(({ reason }) => blocking.has(reason)))
    return [...errors, ...expressionErrors(known, object, before)]
  const why =
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation'
  return [
    ...errors,
    { field: '<nil>', reason: 'FieldValueInvalid', message: `Invalid value: null: ${why}` },
  ]
}

const blocking = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
])

/** Below `path` (empty at the root); a value that is absent breaks nothing. */
export function validate(schema: Json, value: unknown, path: string): FieldError[] {
  if (value === undefined) return []
  if (value === null && schema.nullable === true) return []
  const wrong = typeError(schema, value, path)
  if (wrong) return [wrong]
  const own = [...enumErrors(schema, value, path), ...combinationErrors(schema, value, path)]
  if (typeof value === 'string') return [...own, ...stringErrors(schema, value, path)]
  if (typeof value === 'number') return [...own, ...numberErrors(schema, value, path)]
  if (Array.isArray(value)) return [...own, ...listErrors(schema, value, path)]
  return isRecord(value) ? [...own, ...objectErrors(schema, value, path)] : own
}

function typeError(schema: Json, value: unknown, path: string): FieldError | undefined {
  const actual = typeOf(value)
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (actual === 'integer' || actual === 'string') return undefined
    return wrongType(path, actual, 'integer,string')
  }
  const { type } = schema
  if (typeof type !== 'string' || type === '' || type === actual) return undefined
  if (type === 'number' && actual === 'integer') return undefined
  return wrongType(path, actual, type)
}

function wrongType(path: string, actual: string, wanted: string): FieldError {
  return typeInvalid(path, actual, `${path} in body must be of type ${wanted}: "${actual}"`)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function enumErrors(schema: Json, value: unknown, path: string): FieldError[] {
  const allowed = schema.enum
  if (!Array.isArray(allowed) || allowed.some((one) => same(one, value))) return []
  return [unsupported(path, value, allowed)]
}

function combinationErrors(schema: Json, value: unknown, path: string): FieldError[] {
  const errorsOf = (one: unknown) => validate(record(one), value, path)
  const fail = (rule: string) => invalidValue(path, '', `${JSON.stringify(path)} ${rule}`)
  const errors: FieldError[] = []
  const { oneOf, anyOf, allOf, not } = schema
  if (Array.isArray(oneOf)) {
    const results = oneOf.map(errorsOf)
    const passed = results.filter((found) => found.length === 0).length
    const rule = 'must validate one and only one schema (oneOf).'
    if (passed === 0) errors.push(fail(`${rule} Found none valid`), ...nearest(results))
    else if (passed > 1) errors.push(fail(`${rule} Found ${passed} valid alternatives`))
  }
  if (Array.isArray(anyOf)) {
    const results = anyOf.map(errorsOf)
    if (results.every((found) => found.length > 0))
      errors.push(
        { ...fail('must validate at least one schema (anyOf)'), field: '<nil>' },
        ...nearest(results),
      )
  }
  const broken = list(allOf).flatMap(errorsOf)
  if (broken.length > 0) errors.push(fail('must validate all the schemas (allOf)'), ...broken)
  if (isRecord(not) && errorsOf(not).length === 0)
    errors.push(fail('must not validate the schema (not)'))
  return errors
}

/** What is wrong with the alternative that came nearest. */
function nearest(results: FieldError[][]): FieldError[] {
  return results.toSorted((a, b) => a.length - b.length)[0] ?? []
}

function listErrors(schema: Json, items: unknown[], path: string): FieldError[] {
  const errors: FieldError[] = []
  const { maxItems, minItems, uniqueItems } = schema
  if (typeof maxItems === 'number' && items.length > maxItems)
    errors.push({
      field: path,
      reason: 'FieldValueTooMany',
      message: `Too many: ${items.length}: must have at most ${maxItems} items`,
    })
  if (typeof minItems === 'number' && items.length < minItems)
    errors.push(
      invalidValue(path, items.length, `${path} in body should have at least ${minItems} items`),
    )
  if (
    uniqueItems === true &&
    items.some((item, at) => items.findIndex((one) => same(one, item)) !== at)
  )
    errors.push(invalidValue(path, items, `${path} in body shouldn't contain duplicates`))
  errors.push(...keyErrors(schema, items, path))
  const known = record(schema.items)
  return [...errors, ...items.flatMap((item, index) => validate(known, item, `${path}[${index}]`))]
}

/** Items of sets and of map lists must differ. */
function keyErrors(schema: Json, items: unknown[], path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type']
  const keys = list(schema['x-kubernetes-list-map-keys']).map(String)
  if (type !== 'set' && type !== 'map') return []
  const keyOf = (item: unknown) =>
    type === 'set' ? item : Object.fromEntries(keys.map((key) => [key, record(item)[key]]))
  return items.flatMap((item, index) => {
    const first = items.findIndex((other) => same(keyOf(other), keyOf(item)))
    const message = `Duplicate value: ${JSON.stringify(keyOf(item))}`
    return first === index
      ? []
      : [{ field: `${path}[${index}]`, reason: 'FieldValueDuplicate', message }]
  })
}

function objectErrors(schema: Json, value: Json, path: string): FieldError[] {
  const at = (key: string) => (path ? `${path}.${key}` : key)
  const missing = list(schema.required)
    .map(String)
    .filter((key) => value[key] === undefined)
    .map((key) => required(at(key)))
  const { minProperties, maxProperties, additionalProperties } = schema
  const count = Object.keys(value).length
  const counts: FieldError[] = []
  if (typeof minProperties === 'number' && count < minProperties)
    counts.push(
      invalidValue(path, count, `${path} in body should have at least ${minProperties} properties`),
    )
  if (typeof maxProperties === 'number' && count > maxProperties)
    counts.push({
      field: path,
      reason: 'FieldValueTooMany',
      message: `Too many: ${count}: must have at most ${maxProperties} items`,
    })
  const properties = record(schema.properties)
  const below = Object.entries(value).flatMap(([key, child]) => {
    const known = properties[key] ?? additionalProperties
    return isRecord(known) ? validate(known, child, at(key)) : []
  })
  return [...missing, ...counts, ...below]
}

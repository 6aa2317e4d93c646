/** The rules of `x-kubernetes-validations`. */
import type { FieldError } from '../api-error.ts'
import { isRecord, type Json, list, record, records, text } from '../json.ts'
import { evaluate } from './cel.ts'

/** True when any part of a schema has such rules. */
export function hasExpressions(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasExpressions)
  if (!isRecord(schema)) return false
  if (Array.isArray(schema['x-kubernetes-validations'])) return true
  const { items, properties, additionalProperties } = schema
  const below = [items, additionalProperties, ...Object.values(record(properties))]
  return below.some(hasExpressions)
}

/** The rules that the value breaks; those about transitions need the value before. */
export function expressionErrors(
  schema: unknown,
  value: unknown,
  before: unknown,
  path = '',
): FieldError[] {
  if (value === undefined || value === null || !isRecord(schema)) return []
  const rules = records(schema['x-kubernetes-validations'])
  const own = rules.flatMap((rule) => ruleErrors(rule, { value, before, path }))
  if (Array.isArray(value)) {
    const items = value.flatMap((item, index) =>
      expressionErrors(schema.items, item, list(before)[index], `${path}[${index}]`),
    )
    return [...own, ...items]
  }
  if (!isRecord(value)) return own
  const below = Object.entries(value).flatMap(([key, child]) => {
    const known = record(schema.properties)[key] ?? schema.additionalProperties
    return expressionErrors(known, child, record(before)[key], path ? `${path}.${key}` : key)
  })
  return [...own, ...below]
}

interface Place {
  value: unknown
  before: unknown
  path: string
}

function ruleErrors(rule: Json, { value, before, path }: Place): FieldError[] {
  const expression = text(rule.rule) ?? ''
  const isTransition = /\boldSelf\b/.test(expression)
  if (isTransition && before === undefined) return []
  const fieldPath = text(rule.fieldPath) ?? ''
  const field = `${path}${fieldPath}` || '<nil>'
  const type = Array.isArray(value) ? 'array' : typeof value
  const fail = (why: string): FieldError[] => [
    {
      field,
      reason: text(rule.reason) ?? 'FieldValueInvalid',
      message: `Invalid value: "${type}": ${why}`,
    },
  ]
  try {
    if (evaluate(expression, { self: value, oldSelf: before }) === true) return []
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return fail(`${why} evaluating rule: ${text(rule.message) ?? expression}`)
  }
  return fail(text(rule.message) ?? `failed rule: ${expression}`)
}

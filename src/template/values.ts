/** What template values are worth: types, truth, order and text. */

import { Float, isInt } from './go-values.ts'
import { formatFloat } from './printing/go-numbers.ts'

export type ValueMap = Record<string, unknown>

/** Whether it is a map of the data: no list, no nil, no float of a template. */
export const isMap = (value: unknown): value is ValueMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Float)

/** False for nil, zero, false, and what is empty. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (isMap(value)) return Object.keys(value).length > 0
  return value instanceof Float ? value.value !== 0 : value !== undefined && Boolean(value)
}

/** The name of the Go type that a value corresponds to. */
export function typeName(value: unknown): string {
  if (value === undefined || value === null) return '<nil>'
  if (isInt(value)) return 'int'
  if (typeof value === 'number' || value instanceof Float) return 'float64'
  if (typeof value === 'boolean') return 'bool'
  if (Array.isArray(value)) return '[]interface {}'
  if (!isMap(value)) return typeof value
  const isOfTexts = Object.values(value).every((member) => typeof member === 'string')
  return isOfTexts ? 'map[string]string' : 'map[string]interface {}'
}

/** `%v`: maps with sorted keys, as Go prints them. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '<nil>'
  if (value instanceof Float) return formatFloat(value.value)
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? `${value}` : formatFloat(value)
  if (Array.isArray(value)) return `[${value.map(textOf).join(' ')}]`
  if (isMap(value))
    return `map[${sortedEntries(value)
      .map(([key, member]) => `${key}:${textOf(member)}`)
      .join(' ')}]`
  return String(value)
}

/** The entries by their keys, the order in which Go prints a map and ranges over it. */
export function sortedEntries(map: ValueMap): [string, unknown][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** What a range over a number gives, one by one: most loops are left early. */
export function* numbersBelow(end: number): Generator<[bigint, bigint]> {
  for (let index = 0n; index < end; index++) yield [index, index]
}

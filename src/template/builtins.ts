/** The functions that every template has; `and` and `or` are in `render.ts`, as they stop early. */
import { print, printf, println } from './printf.ts'
import { isMap, isTrue, textOf, typeName } from './values.ts'

export type TemplateFunction = (...values: unknown[]) => unknown

export const builtins: Readonly<Record<string, TemplateFunction>> = {
  not: (...values) => !isTrue(values[0]),
  len: (...values) => lengthOf(values[0]),
  index: (value, ...keys) => keys.reduce(indexed, value),
  slice: (value, from, to) => sliced(value, from, to),
  print,
  println,
  printf: (format, ...values) => printf(formatText(format), ...values),
  html: (...values) => replaceAll(print(...values), htmlEntities),
  js: (...values) =>
    JSON.stringify(print(...values))
      .slice(1, -1)
      .replace(/[<>&='/]/g, hexEscape),
  urlquery: (...values) => new URLSearchParams({ q: print(...values) }).toString().slice(2),
  eq: (first, ...others) => {
    if (others.length === 0) throw new Error('missing argument for comparison')
    return others.some((other) => equal(first, other))
  },
  ne: (a, b) => !equal(a, b),
  lt: (a, b) => order(a, b) < 0,
  le: (a, b) => order(a, b) <= 0,
  gt: (a, b) => order(a, b) > 0,
  ge: (a, b) => order(a, b) >= 0,
}

export const builtinNames: readonly string[] = [...Object.keys(builtins), 'and', 'or']

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).length
  if (Array.isArray(value)) return value.length
  if (isMap(value)) return Object.keys(value).length
  throw new Error(`len of type ${typeName(value)}`)
}

/** A missing key of a map gives the empty text, as for the maps of strings that templates get. */
function indexed(value: unknown, key: unknown): unknown {
  if (isMap(value)) {
    if (typeof key !== 'string')
      throw new Error(`value has type ${typeName(key)}; should be string`)
    return Object.hasOwn(value, key) ? value[key] : ''
  }
  if (typeof value !== 'string' && !Array.isArray(value)) {
    if (value === undefined || value === null) throw new Error('index of untyped nil')
    throw new Error(`can't index item of type ${typeName(value)}`)
  }
  const list = typeof value === 'string' ? [...new TextEncoder().encode(value)] : value
  return list[position(key, list.length - 1)]
}

function sliced(value: unknown, from: unknown = 0, to?: unknown): unknown {
  if (typeof value !== 'string' && !Array.isArray(value))
    throw new Error(`slice of type ${typeName(value)}`)
  const end = position(to ?? value.length, value.length)
  const start = position(from, value.length)
  if (start > end) throw new Error(`invalid slice index: ${start} > ${end}`)
  return value.slice(start, end)
}

function position(value: unknown, largest: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new Error(`cannot index slice/array with type ${typeName(value)}`)
  if (value < 0 || value > largest) throw new Error(`index out of range: ${value}`)
  return value
}

function equal(a: unknown, b: unknown): boolean {
  const none = (value: unknown): boolean => value === undefined || value === null
  if (none(a) || none(b)) return none(a) && none(b)
  if (typeof a === 'object' || typeof b === 'object')
    throw new Error(`non-comparable type ${textOf(a)}: ${typeName(a)}`)
  if (typeof a !== typeof b) throw new Error('incompatible types for comparison')
  return a === b
}

function order(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : a < b ? -1 : 1
  if (typeof a === typeof b) throw new Error('invalid type for comparison')
  throw new Error('incompatible types for comparison')
}

function formatText(format: unknown): string {
  if (typeof format === 'string') return format
  throw new Error(`wrong type for value; expected string; got ${typeName(format)}`)
}

const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

function replaceAll(text: string, by: Readonly<Record<string, string>>): string {
  return text.replace(/[&<>"']/g, (letter) => by[letter] ?? letter)
}

function hexEscape(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** The functions that every template has; `and` and `or` are in `render.ts`, as they stop early. */
import { print, printf, println } from './printf.ts'
import { isMap, isTrue, textOf, typeName } from './values.ts'

export type TemplateFunction = (...values: unknown[]) => unknown

export const builtins: Readonly<Record<string, TemplateFunction>> = {
  not: (...values) => !isTrue(values[0]),
  len: (...values) => lengthOf(values[0]),
  index: (value, ...keys) => keys.reduce(indexed, value),
  slice: (value, ...ends) => sliced(value, ends),
  print,
  println,
  printf: (format, ...values) => printf(formatText(format), ...values),
  html: (...values) => replaceAll(print(...values), htmlEntities),
  js: (...values) => print(...values).replace(/[\\'"<>&=\p{Cc}]/gu, scriptEscape),
  // As Go's url.QueryEscape.
  urlquery: (...values) =>
    encodeURIComponent(print(...values).toWellFormed())
      .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+'),
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

const any = Number.POSITIVE_INFINITY

/** How many values each function takes; what is not here takes none. */
const counts: Readonly<Record<string, { least: number; most: number }>> = {
  not: { least: 1, most: 1 },
  len: { least: 1, most: 1 },
  index: { least: 1, most: any },
  slice: { least: 1, most: any },
  print: { least: 0, most: any },
  println: { least: 0, most: any },
  printf: { least: 1, most: any },
  html: { least: 0, most: any },
  js: { least: 0, most: any },
  urlquery: { least: 0, most: any },
  eq: { least: 1, most: any },
  ne: { least: 2, most: 2 },
  lt: { least: 2, most: 2 },
  le: { least: 2, most: 2 },
  gt: { least: 2, most: 2 },
  ge: { least: 2, most: 2 },
  and: { least: 1, most: any },
  or: { least: 1, most: any },
}

/** What is wrong with so many values; functions that are not built in give one, and take none. */
export function wrongCount(name: string, count: number): string | undefined {
  const { least = 0, most = 0 } = Object.hasOwn(counts, name) ? (counts[name] ?? {}) : {}
  if (count >= least && count <= most) return undefined
  return least === most ? `want ${least} got ${count}` : `want at least ${least} got ${count}`
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
  const list = typeof value === 'string' ? new TextEncoder().encode(value) : value
  return list[position(key, list.length - 1)]
}

/** Texts are cut by bytes. */
function sliced(value: unknown, ends: unknown[]): unknown {
  if (value === undefined || value === null) throw new Error('slice of untyped nil')
  if (typeof value !== 'string' && !Array.isArray(value))
    throw new Error(`can't slice item of type ${typeName(value)}`)
  if (ends.length > 2) throw new Error('cannot 3-index slice a string')
  const list = typeof value === 'string' ? new TextEncoder().encode(value) : value
  const [from = 0, to = list.length] = ends
  const [start, end] = [position(from, list.length), position(to, list.length)]
  if (start > end) throw new Error(`invalid slice index: ${start} > ${end}`)
  return list instanceof Uint8Array
    ? new TextDecoder().decode(list.subarray(start, end))
    : list.slice(start, end)
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

function scriptEscape(letter: string): string {
  if ('\\\'"'.includes(letter)) return `\\${letter}`
  return `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** The functions that every template has; `and` and `or` are in `render.ts`, as they stop early. */

import { Float, intOf } from './go-values.ts'
import { print, printf, println } from './printing/printf.ts'
import { isMap, isTrue, textOf, typeName } from './values.ts'

export type TemplateFunction = (...values: unknown[]) => unknown

export const builtins: Readonly<Record<string, TemplateFunction>> = {
  not: (...values) => !isTrue(values[0]),
  len: (...values) => BigInt(lengthOf(values[0])),
  index: (value, ...keys) => {
    if (isNone(value)) throw new Error('index of untyped nil')
    return keys.reduce(indexed, value)
  },
  slice: (value, ...ends) => sliced(value, ends),
  print,
  println,
  printf: (format, ...values) => printf(formatText(format), ...values),
  html: (...values) => replaceAll(shown(values), htmlEntities),
  js: (...values) =>
    shown(values).replace(/[\\'"<>&=]|(?!\x7f)[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, scriptEscape),
  // As Go's url.QueryEscape.
  urlquery: (...values) =>
    encodeURIComponent(shown(values).toWellFormed())
      .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+'),
  eq: (first, ...others) => {
    if (others.length === 0) throw new Error('missing argument for comparison')
    return others.some((other) => equal(first, other))
  },
  // No template is given a function as a value.
  call: (value) => {
    if (isNone(value)) throw new Error('call of nil')
    throw new Error(`non-function ${textOf(value)} of type ${typeName(value)}`)
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
  call: { least: 1, most: any },
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
  const found: unknown = list[position(key, list.length - 1)]
  return list instanceof Uint8Array ? BigInt(Number(found)) : found
}

/** Texts are cut by bytes. */
function sliced(value: unknown, ends: unknown[]): unknown {
  if (value === undefined || value === null) throw new Error('slice of untyped nil')
  if (typeof value !== 'string' && !Array.isArray(value))
    throw new Error(`can't slice item of type ${typeName(value)}`)
  if (ends.length > 2) throw new Error('cannot 3-index slice a string')
  const list = typeof value === 'string' ? new TextEncoder().encode(value) : value
  const [from, to] = [ends.length > 0 ? ends[0] : 0, ends.length > 1 ? ends[1] : list.length]
  const [start, end] = [position(from, list.length), position(to, list.length)]
  if (start > end) throw new Error(`invalid slice index: ${start} > ${end}`)
  return list instanceof Uint8Array
    ? new TextDecoder().decode(list.subarray(start, end))
    : list.slice(start, end)
}

function position(value: unknown, largest: number): number {
  const at = intOf(value)
  if (value === undefined || value === null) throw new Error('cannot index slice/array with nil')
  if (at === undefined) throw new Error(`cannot index slice/array with type ${typeName(value)}`)
  if (at < 0 || at > largest) throw new Error(`index out of range: ${textOf(value)}`)
  return at
}

const isNone = (value: unknown): boolean => value === undefined || value === null

function equal(a: unknown, b: unknown): boolean {
  if (isNone(a) || isNone(b)) return isNone(a) && isNone(b)
  const [kind, other] = [kindOf(a), kindOf(b)]
  if (!isSameKind(kind, other)) throw incompatible(a, b)
  if (kind === undefined) throw new Error(`non-comparable type ${textOf(a)}: ${typeName(a)}`)
  return comparable(a) === comparable(b)
}

function order(a: unknown, b: unknown): number {
  if (isNone(a) || isNone(b)) throw new Error('invalid type for comparison')
  const [kind, other] = [kindOf(a), kindOf(b)]
  if (kind === undefined) throw new Error('invalid type for comparison')
  if (!isSameKind(kind, other)) throw incompatible(a, b)
  if (kind === 'bool') throw new Error('invalid type for comparison')
  const [one, two] = [comparable(a), comparable(b)]
  return one === two ? 0 : one < two ? -1 : 1
}

type Kind = 'int' | 'float' | 'number' | 'string' | 'bool'

/** Undefined where a value can't be compared. */
function kindOf(value: unknown): Kind | undefined {
  if (value instanceof Float) return 'float'
  const kinds: Partial<Record<string, Kind>> = {
    bigint: 'int',
    number: 'number',
    string: 'string',
    boolean: 'bool',
  }
  return kinds[typeof value]
}

/** A number of the data is compared with either of Go's kinds. */
function isSameKind(kind: Kind | undefined, other: Kind | undefined): boolean {
  if (kind === other) return true
  const numbers: readonly (Kind | undefined)[] = ['int', 'float']
  if (kind === 'number') return numbers.includes(other)
  return other === 'number' && numbers.includes(kind)
}

/** Of numbers of both kinds the value; ints alone stay exact. */
function comparable(value: unknown): string | number | bigint | boolean {
  if (value instanceof Float) return value.value
  if (typeof value === 'bigint') return BigInt.asIntN(53, value) === value ? Number(value) : value
  return value as string | number | boolean
}

function incompatible(a: unknown, b: unknown): Error {
  return new Error(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`)
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
  '\0': '\ufffd',
}

function replaceAll(text: string, by: Readonly<Record<string, string>>): string {
  return text.replace(/[&<>"'\0]/g, (letter) => by[letter] ?? letter)
}

/** What an action would print of these. */
function shown(values: readonly unknown[]): string {
  return print(...values.map((value) => (isNone(value) ? '<no value>' : value)))
}

function scriptEscape(letter: string): string {
  if ('\\\'"'.includes(letter)) return `\\${letter}`
  return `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
}

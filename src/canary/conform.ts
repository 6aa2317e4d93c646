/** Brings stored data into the shape that the types promise. */
import { isMap } from '../json.ts'

/** The part of a schema that decides which TypeScript type a value has. */
export interface Shape {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  enum?: readonly string[]
  /** Of texts beside those of `enum`. */
  pattern?: string
  required?: readonly string[]
  properties?: Readonly<Record<string, Shape>>
  /** Fields that are not among the properties are kept. */
  open?: boolean
  /** Shape of each value of a map. */
  values?: Shape
  items?: Shape
  maxLength?: number
  maxItems?: number
  maxProperties?: number
  minimum?: number
  maximum?: number
}

/** `value` has the shape; each problem is a clause that starts with the field. */
export interface Conformed {
  value: unknown
  problems: string[]
}

const wanted: Record<NonNullable<Shape['type']> | 'number or text', string> = {
  object: 'an object',
  array: 'a list',
  string: 'a text in quotes',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  'number or text': 'a number or a text',
}

/**
 * A copy of `value` in which each field has the type of `shape`. A field of another type is left
 * out with a problem that names it, a required one is replaced by an empty value; null counts as
 * absent, and fields that the shape does not know are dropped, but for an open one. It never
 * throws.
 */
export function conform(value: unknown, shape: Shape, path: string): Conformed {
  const problems: string[] = []
  return { value: conformed(value, shape, { path, problems }), problems }
}

/** Where a value stands, and where to put what is wrong with it. */
interface Place {
  path: string
  problems: string[]
}

function conformed(value: unknown, shape: Shape, place: Place): unknown {
  if (value === undefined || value === null) {
    place.problems.push(`${place.path} is missing; add it`)
    return emptyOf(shape)
  }
  if (!hasType(value, shape)) {
    place.problems.push(wrong(value, shape, place.path))
    return emptyOf(shape)
  }
  if (shape.type === 'object') return conformedObject(value, shape, place)
  return Array.isArray(value) && shape.type === 'array'
    ? conformedArray(value, shape.items ?? {}, place)
    : value
}

function conformedObject(value: unknown, shape: Shape, { path, problems }: Place): unknown {
  if (!isMap(value)) return emptyOf(shape)
  if (shape.values) return conformedMap(value, shape.values, { path, problems })
  const { properties = {}, required = [], open } = shape
  const result: Record<string, unknown> = open
    ? Object.fromEntries(unknownFields(value, properties))
    : {}
  // Most fields of a shape are absent: a list of hundreds of objects is felt in this loop.
  for (const name of Object.keys(properties)) {
    const found = Object.hasOwn(value, name) ? value[name] : undefined
    const field = properties[name]
    const isRequired = required.includes(name)
    if (!field || (!isRequired && (found === undefined || found === null))) continue
    const known = problems.length
    const read = conformed(found, field, { path: `${path}.${name}`, problems })
    // What has its type is kept, whatever is wrong within it.
    if (isRequired || problems.length === known || hasType(found, field)) result[name] = read
  }
  return result
}

function unknownFields(value: Record<string, unknown>, known: object): [string, unknown][] {
  return Object.entries(value).filter(
    ([name, field]) => !Object.hasOwn(known, name) && field !== null,
  )
}

function conformedMap(value: Record<string, unknown>, shape: Shape, { path, problems }: Place) {
  const read = Object.entries(value).map(
    ([key, one]) =>
      [key, one, conformed(one, shape, { path: `${path}.${key}`, problems })] as const,
  )
  const kept = read.filter(([, one]) => hasType(one, shape))
  return Object.fromEntries(kept.map(([key, , element]) => [key, element]))
}

function conformedArray(value: readonly unknown[], shape: Shape, { path, problems }: Place) {
  const read = value.map((one, index) =>
    conformed(one, shape, { path: `${path}[${index}]`, problems }),
  )
  return read.filter((_, index) => hasType(value[index], shape))
}

function hasType(value: unknown, shape: Shape): boolean {
  switch (shape.type) {
    case 'object':
      return isMap(value)
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isSafeInteger(value)
    case 'number':
      return Number.isFinite(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'string':
      return typeof value === 'string' && isAmong(value, shape)
    default:
      return typeof value === 'string' || Number.isSafeInteger(value)
  }
}

function isAmong(text: string, { enum: choices, pattern }: Shape): boolean {
  if (choices?.includes(text) ?? true) return true
  return pattern !== undefined && new RegExp(pattern).test(text)
}

function wrong(value: unknown, shape: Shape, path: string): string {
  const choice = typeof value === 'string' && shape.enum ? oneOf(shape.enum) : undefined
  const instead = choice ?? wanted[shape.type ?? 'number or text']
  return `${path} is ${describe(value)}; set it to ${instead}`
}

/** What stands in for a required value, so that every type holds. */
function emptyOf(shape: Shape): unknown {
  switch (shape.type) {
    case 'object':
      return shape.values ? {} : conformedObject({}, shape, { path: '', problems: [] })
    case 'array':
      return []
    case 'integer':
    case 'number':
      return 0
    case 'boolean':
      return false
    default:
      return shape.enum?.[0] ?? ''
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (isMap(value)) return 'an object'
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 64))
  return String(value)
}

function oneOf(choices: readonly string[]): string {
  return `one of ${choices.filter((choice) => choice !== '').join(', ')}`
}

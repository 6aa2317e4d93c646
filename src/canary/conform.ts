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
  if (value === undefined || value === null)
    return { value: emptyOf(shape), problems: [`${path} is missing; add it`] }
  switch (shape.type) {
    case 'object':
      return conformObject(value, shape, path)
    case 'array':
      return conformArray(value, shape, path)
    default:
      return conformScalar(value, shape, path)
  }
}

function conformObject(value: unknown, shape: Shape, path: string): Conformed {
  if (!isMap(value)) return wrong(value, shape, path)
  if (shape.values) return conformMap(value, shape.values, path)

  const { properties = {} } = shape
  const result = Object.fromEntries(shape.open ? unknownFields(value, properties) : [])
  const problems: string[] = []
  // Most fields of a shape are absent: a list of hundreds of objects is felt in this loop.
  for (const name of Object.keys(properties)) {
    const found = Object.hasOwn(value, name) ? value[name] : undefined
    const required = shape.required?.includes(name) ?? false
    const field = properties[name]
    if (!field || (!required && (found === undefined || found === null))) continue
    const conformed = conform(found, field, `${path}.${name}`)
    if (conformed.problems.length > 0) problems.push(...conformed.problems)
    if (required || hasType(found, field)) result[name] = conformed.value
  }
  return { value: result, problems }
}

function unknownFields(value: Record<string, unknown>, known: object): [string, unknown][] {
  return Object.entries(value).filter(
    ([name, field]) => !Object.hasOwn(known, name) && field !== null,
  )
}

function conformMap(value: Record<string, unknown>, shape: Shape, path: string): Conformed {
  const conformed = Object.entries(value).map(
    ([key, element]) => [key, element, conform(element, shape, `${path}.${key}`)] as const,
  )
  const kept = conformed.filter(([, element]) => hasType(element, shape))
  return {
    value: Object.fromEntries(kept.map(([key, , element]) => [key, element.value])),
    problems: conformed.flatMap(([, , { problems }]) => problems),
  }
}

function conformArray(value: unknown, shape: Shape, path: string): Conformed {
  if (!Array.isArray(value)) return wrong(value, shape, path)
  const items = shape.items ?? {}
  const conformed = value.map((element: unknown, index) => {
    return { element, ...conform(element, items, `${path}[${index}]`) }
  })
  const kept = conformed.filter(({ element }) => hasType(element, items))
  return {
    value: kept.map((element) => element.value),
    problems: conformed.flatMap(({ problems }) => problems),
  }
}

function conformScalar(value: unknown, shape: Shape, path: string): Conformed {
  return hasType(value, shape) ? { value, problems: [] } : wrong(value, shape, path)
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

function wrong(value: unknown, shape: Shape, path: string): Conformed {
  const choice = typeof value === 'string' && shape.enum ? oneOf(shape.enum) : undefined
  const instead = choice ?? wanted[shape.type ?? 'number or text']
  return {
    value: emptyOf(shape),
    problems: [`${path} is ${describe(value)}; set it to ${instead}`],
  }
}

/** What stands in for a required value, so that every type holds. */
function emptyOf(shape: Shape): unknown {
  switch (shape.type) {
    case 'object':
      return conformObject({}, shape, '').value
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

/** The part of a structural schema that the generators read. */
export interface Schema {
  description?: string
  type?: string
  enum?: string[]
  pattern?: string
  anyOf?: Schema[]
  required?: string[]
  properties?: Record<string, Schema>
  additionalProperties?: Schema
  items?: Schema
  maxLength?: number
  maxItems?: number
  maxProperties?: number
  minimum?: number
  maximum?: number
  'x-kubernetes-int-or-string'?: boolean
  'x-kubernetes-preserve-unknown-fields'?: boolean
}

/** Declarations by name, in the order in which they were met. */
type Declarations = Map<string, string>
type Names = Record<string, string>

const width = 100

/**
 * The TypeScript declarations of one resource: the resource itself as `<Kind>Resource`, and one
 * for each object and named enum in it. Throws on a schema it has no type for, and when one name
 * would stand for two different types.
 */
export function typesOf(
  root: Schema,
  resource: { kind: string; apiVersion: string },
  names: Names,
): Declarations {
  const { kind, apiVersion } = resource
  const declared: Declarations = new Map()
  const properties = Object.entries(root.properties ?? {}).filter(
    ([name]) => name === 'spec' || name === 'status',
  )
  const own = { properties: Object.fromEntries(properties), required: root.required ?? [] }
  const fixed = [`  apiVersion: ${quote(apiVersion)}`, `  kind: ${quote(kind)}`]
  const fields = fieldsOf(own, kind, names, declared)
  const head = `export interface ${kind}Resource extends KubeObject {`
  const body = [...comment(root, ''), head, ...fixed, ...fields, '}', '']
  return new Map([[`${kind}Resource`, body.join('\n')], ...declared])
}

function typeOf(schema: Schema, path: string, names: Names, declared: Declarations): string {
  if (schema['x-kubernetes-int-or-string']) return 'number | string'
  const { enum: values, pattern } = choicesOf(schema)
  if (values) return enumOf([...values.map(quote), ...textsLike(pattern)], path, names, declared)
  switch (schema.type) {
    case 'string':
    case 'boolean':
      return schema.type
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return listOf(schema, path, names, declared)
    case 'object':
      return objectOf(schema, path, names, declared)
    default:
      throw new Error(`no type for the schema at ${path}`)
  }
}

function listOf(schema: Schema, path: string, names: Names, declared: Declarations): string {
  const element = typeOf(schema.items ?? {}, `${path}[]`, names, declared)
  return element.includes(' ') ? `(${element})[]` : `${element}[]`
}

function objectOf(schema: Schema, path: string, names: Names, declared: Declarations): string {
  if (schema.additionalProperties)
    return `Record<string, ${typeOf(schema.additionalProperties, `${path}{}`, names, declared)}>`
  const name = names[path] ?? nameOf(path)
  const nested: Declarations = new Map()
  const fields = fieldsOf(schema, path, names, nested)
  const body = [`export interface ${name} {`, ...fields, '}', '']
  declare(declared, name, body.join('\n'))
  for (const [nestedName, text] of nested) declare(declared, nestedName, text)
  return name
}

/** The names that a field takes, and the pattern of others beside them. */
export function choicesOf({ enum: values, anyOf = [] }: Schema): Pick<Schema, 'enum' | 'pattern'> {
  const names = values ?? anyOf.find((one) => one.enum)?.enum
  const pattern = anyOf.find((one) => one.pattern)?.pattern
  return { ...(names && { enum: names }), ...(names && pattern && { pattern }) }
}

/** The type of what begins as a pattern does. */
function textsLike(pattern: string | undefined): string[] {
  const [, start] = /^\^([a-z]+:)/.exec(pattern ?? '') ?? []
  return start === undefined ? [] : [`\`${start}\${string}\``]
}

function enumOf(union: string[], path: string, names: Names, declared: Declarations): string {
  const name = names[path]
  if (name === undefined) return union.join(' | ')
  const line = `export type ${name} = ${union.join(' | ')}`
  const lines = [`export type ${name} =`, ...union.map((value) => `  | ${value}`)]
  declare(declared, name, line.length <= width ? `${line}\n` : `${lines.join('\n')}\n`)
  return name
}

function fieldsOf(schema: Schema, path: string, names: Names, declared: Declarations): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const optional = schema.required?.includes(name) ? '' : '?'
    const type = typeOf(property, `${path}.${name}`, names, declared)
    return [...comment(property, '  '), `  ${name}${optional}: ${type}`]
  })
}

function declare(declared: Declarations, name: string, text: string): void {
  const present = declared.get(name)
  if (present !== undefined && present !== text)
    throw new Error(`two different schemas want the name ${name}; name one in type-names.ts`)
  declared.set(name, text)
}

/** `Canary.spec` is CanarySpec; deeper ones are named after their property alone. */
function nameOf(path: string): string {
  const parts = path.replaceAll('[]', '').replaceAll('{}', '').split('.')
  const own = parts.length === 2 ? parts : parts.slice(-1)
  return own.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('')
}

function comment({ description }: Schema, indent: string): string[] {
  if (description === undefined) return []
  const line = `${indent}/** ${description} */`
  if (line.length <= width) return [line]
  const lines = wrap(description, width - indent.length - 3)
  return [`${indent}/**`, ...lines.map((text) => `${indent} * ${text}`), `${indent} */`]
}

function wrap(text: string, max: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= max)
      lines.splice(-1, 1, `${last} ${word}`)
    else lines.push(word)
  }
  return lines
}

const quote = (text: string): string => `'${text}'`

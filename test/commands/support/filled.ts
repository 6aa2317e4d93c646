/** Objects of which every text is the same one, wherever the schema of the CRD has a text. */

/** As much of an OpenAPI schema as a definition uses. */
export interface Schema {
  type?: string
  enum?: unknown[]
  pattern?: string
  format?: string
  minimum?: number
  maxLength?: number
  items?: Schema
  properties?: { [name: string]: Schema }
  additionalProperties?: Schema | boolean
}

/** Choices and times are as they must be, numbers the least that may be, switches off. */
export function filled(schema: Schema, text: string): unknown {
  const { type, properties = {}, items, additionalProperties: values } = schema
  if (schema.enum) return schema.enum.find((value) => value !== '')
  if (type === 'string') return textFor(schema, text)
  if (type === 'array') return items ? [filled(items, text)] : []
  if (type === 'integer' || type === 'number') return Math.max(1, schema.minimum ?? 1)
  if (type === 'boolean') return false
  const named = Object.entries(properties).map(([name, field]) => [name, filled(field, text)])
  const free = typeof values === 'object' ? [['a', filled(values, text)]] : []
  return Object.fromEntries([...named, ...free].filter(([, value]) => value !== undefined))
}

function textFor({ pattern, format, maxLength = Number.MAX_SAFE_INTEGER }: Schema, text: string) {
  if (format === 'date-time') return '2026-01-01T00:00:00Z'
  if (pattern?.startsWith('^[0-9]+(h|m|s)')) return '1m'
  return text.slice(0, maxLength)
}

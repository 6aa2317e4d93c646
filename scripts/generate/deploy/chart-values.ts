/** The schema of a chart's values, from values.yaml: types from defaults, words from comments. */
import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml'

type Schema = Record<string, unknown>

/** Maps whose keys are the user's, although the default has some. */
const open: ReadonlySet<string> = new Set([
  'affinity',
  'context',
  'nodeSelector',
  'podAnnotations',
  'resources',
])

/** Values of which only these words mean something. */
const choices: Readonly<Record<string, readonly string[]>> = {
  logLevel: ['debug', 'info', 'warn', 'warning', 'error', 'fatal', 'panic'],
  pullPolicy: ['Always', 'IfNotPresent', 'Never'],
}

/** A JSON schema that refuses values that values.yaml does not have. */
export function valuesSchema(text: string): Schema {
  const { contents } = parseDocument(text)
  if (!isMap(contents)) throw new Error('values.yaml is not a map')
  const { properties, ...rest } = schemaOfMap(contents)
  // Helm hands it to every chart, and users of one chart in another set it.
  const global = { type: 'object' }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...rest,
    properties: { ...(properties as Schema), global },
  }
}

function schemaOfMap(map: YAMLMap): Schema {
  const properties: Schema = {}
  for (const [index, { key, value }] of map.items.entries()) {
    const name = isScalar(key) ? String(key.value) : ''
    const comment = isScalar(key) ? key.commentBefore : ''
    // The comment before the first key of a map is the map's own.
    const about = comment || (index === 0 ? map.commentBefore : '')
    properties[name] = { ...described(about), ...schemaOf(name, value) }
  }
  return { type: 'object', additionalProperties: false, properties }
}

function schemaOf(name: string, value: unknown): Schema {
  const accepted = choices[name]
  if (accepted) return { type: 'string', enum: accepted }
  if (isMap(value))
    return open.has(name) || value.items.length === 0
      ? { type: ['object', 'null'] }
      : schemaOfMap(value)
  if (!isScalar(value)) return { type: ['array', 'null'] }
  if (typeof value.value === 'boolean') return { type: 'boolean' }
  // `--set` makes numbers of text that looks like one, and the other way round.
  return { type: ['string', 'number', 'null'] }
}

function described(comment: string | null | undefined): Schema {
  const text = comment?.split(/\n\s*\n/).at(-1)
  return text ? { description: text.replaceAll(/\s*\n\s*/g, ' ').trim() } : {}
}

/**
 * The annotation contract: what a person asks of the controller. Writer, reader and clearer of
 * the contract are here together, so that plugin and controller can't disagree.
 */

import { isMap, readJson } from '../json.ts'
import type { RequestFields, Requests } from './fields.ts'
import type { Verb } from './names.gen.ts'
import { allModes, rowOf, verbs } from './verbs.ts'

const prefix = 'flagger.app/'

/** The annotation of a verb; for one that takes another back, that one's. */
export function annotationOf(verb: Verb): string {
  return prefix + (rowOf(verb).takesBack ?? verb)
}

const words: Record<string, RequestFields | undefined> = { true: {}, once: {}, yes: {} }

/** The requests that an object's annotations hold, safest first; never throws. */
export function readRequests(annotations: Record<string, string> | undefined): Requests {
  return verbs.flatMap((verb) => {
    const annotation = annotationOf(verb)
    const value = annotations?.[annotation]
    if (value === undefined || value === '' || value === 'false') return []
    return [{ ...parseFields(value, verb), verb, annotation, value }]
  })
}

/** The annotation for a request: a key and a value to merge into `metadata.annotations`. */
export function writeRequest(verb: Verb, fields: RequestFields): Record<string, string> {
  return { [annotationOf(verb)]: JSON.stringify(fields) }
}

/** A merge patch that removes these annotations. */
export function clearPatch(annotations: readonly string[]): { metadata: { annotations: object } } {
  return { metadata: { annotations: Object.fromEntries(annotations.map((key) => [key, null])) } }
}

function parseFields(value: string, verb: Verb): RequestFields & { unreadable?: string } {
  const text = value.trim()
  const word = Object.hasOwn(words, text) ? words[text] : undefined
  if (word) return word
  const json = readJson(value)
  if (isMap(json)) return checkedFields(json, verb)
  // What can't be read is answered, not thrown.
  return { unreadable: `the value is neither true nor a JSON object: ${value.slice(0, 80)}` }
}

const fieldTypes: Record<keyof RequestFields, 'string' | 'number' | 'boolean'> = {
  id: 'string',
  at: 'string',
  by: 'string',
  reason: 'string',
  revision: 'string',
  mode: 'string',
  steps: 'number',
  weight: 'number',
  until: 'string',
  from: 'string',
  hold: 'boolean',
  force: 'boolean',
}

/** As long as the status has room for, so that each is known again. */
const longestId = 128
/** RFC 3339, as the API server wants times. */
const timeShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

function checkedFields(
  json: Record<string, unknown>,
  verb: Verb,
): RequestFields & { unreadable?: string } {
  for (const [field, type] of Object.entries(fieldTypes))
    if (Object.hasOwn(json, field) && typeof json[field] !== type)
      return { unreadable: `"${field}" must be a ${type}` }
  const { mode } = json
  const { modes = allModes } = rowOf(verb)
  if (mode !== undefined && !modes.includes(String(mode)))
    return { unreadable: `"mode" must be ${orList(modes)}, not ${String(mode)}` }
  const { id } = json
  if (typeof id === 'string' && id.length > longestId)
    return { unreadable: `"id" must have at most ${longestId} characters` }
  for (const field of ['until', 'from'] as const) {
    const time = json[field]
    if (typeof time === 'string' && !isTime(time))
      return { unreadable: `"${field}" must be a time like 2030-01-31T12:00:00Z` }
  }
  return Object.fromEntries(
    Object.entries(json).filter(
      ([field, value]) => Object.hasOwn(fieldTypes, field) && !(field === 'id' && value === ''),
    ),
  )
}

function isTime(text: string): boolean {
  return timeShape.test(text) && !Number.isNaN(Date.parse(text))
}

/** `gate, step, weight or full`. */
function orList(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), words.at(-1)].filter(Boolean).join(' or ')
}

/**
 * YAML as kubectl reads it: merged maps and the words of version 1.1, but times, which stay texts,
 * and a key that stands twice, of which the last one counts.
 */
import {
  type Document,
  type LineCounter,
  type ParsedNode,
  parseAllDocuments,
  type Tags,
  type YAMLError,
} from 'yaml'
import { exits, Failure } from '../shell/failure.ts'

/** The documents of a text; what is wrong with one is in its `errors`. */
export function yamlDocuments(text: string, lineCounter?: LineCounter): Document<ParsedNode>[] {
  // What is odd in a manifest is told by who reads it, and not by a warning of the process.
  const options = { version: '1.1', customTags: withoutTimes, logLevel: 'error' } as const
  const parsed = parseAllDocuments(text, lineCounter ? { ...options, lineCounter } : options)
  return Array.isArray(parsed) ? parsed : []
}

/** What makes a document unreadable; a repeated key does not. */
export function problemOf({ errors }: Document<ParsedNode>): YAMLError | undefined {
  return errors.find((error) => !isRepeatedKey(error))
}

/** Whether it is a key that stands twice, which kubectl does not mind. */
export function isRepeatedKey({ code }: YAMLError): boolean {
  return code === 'DUPLICATE_KEY'
}

/** What the objects of a file are; throws a Failure that names the file where it is no YAML. */
export function objectsIn({ from, text }: { from: string; text: string }): unknown[] {
  return yamlDocuments(text).flatMap((document) => {
    const problem = problemOf(document)
    if (problem) throw unparsable(from, problem)
    return unfolded(plainValueOf(document, (cause) => unparsable(from, cause)))
  })
}

/** Throws for aliases of aliases that unfold to more than any memory holds. */
export function plainValueOf(
  document: Document<ParsedNode>,
  failure: (cause: unknown) => Failure,
): unknown {
  try {
    return document.toJS()
  } catch (cause) {
    throw failure(cause)
  }
}

/** What is wrong with a text, on one line. */
export function reasonIn(cause: unknown): string {
  const why = cause instanceof Error ? cause.message : String(cause)
  // The parser calls itself for each list in a list.
  if (/call stack/.test(why)) return 'lists and maps are too deep in one another'
  return why.split('\n', 1)[0] ?? ''
}

/** A List is as many objects as it has items. */
function unfolded(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  const { items } = value as { items?: unknown }
  return Array.isArray(items) ? items.flatMap(unfolded) : [value]
}

function unparsable(from: string, cause: unknown): Failure {
  return new Failure(`error: error parsing ${from}: ${reasonIn(cause).replace(/:$/, '')}`, {
    exit: exits.error,
    cause,
  })
}

/** `12:30` is no number, and a date no object, for who reads a manifest. */
function withoutTimes(tags: Tags): Tags {
  return tags.filter(
    (tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !tag.tag.endsWith(':timestamp')),
  )
}

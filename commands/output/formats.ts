/** Reads `-o`, and prints documents in the format asked for. */
import { UsageError } from '../../src/errors.ts'
import { clean } from './clean.ts'
import { compactJson, jsonText, yamlText } from './documents.ts'

export type Format =
  | { kind: 'text'; wide: boolean }
  | { kind: 'json' | 'yaml' | 'name' }
  | { kind: 'jsonpath'; template: string }
  | { kind: 'columns'; columns: readonly Column[] }

export interface Column {
  header: string
  path: string
}

export interface FormatRules {
  wide: boolean
  columns: boolean
  /** False where the document is about no object that has a name. */
  names?: boolean
}

/**
 * The format that `-o` names; `readFile` is used for the `-file` forms. Throws UsageError for one
 * that the command does not have.
 */
export async function readFormat(
  output: string | undefined,
  rules: FormatRules,
  readFile: (path: string) => Promise<string>,
): Promise<Format> {
  if (output === undefined || output === '') return { kind: 'text', wide: false }
  if (output === 'wide' && rules.wide) return { kind: 'text', wide: true }
  if (output === 'json' || output === 'yaml') return { kind: output }
  if (output === 'name' && rules.names !== false) return { kind: output }
  const equals = output.indexOf('=')
  const kind = equals < 0 ? output : output.slice(0, equals)
  const value = equals < 0 ? '' : output.slice(equals + 1)
  const known = [
    'jsonpath',
    'jsonpath-file',
    ...(rules.columns ? ['custom-columns', 'custom-columns-file'] : []),
  ]
  if (known.includes(kind) && value === '')
    throw new UsageError(`template format specified but no template given, use -o ${kind}=...`)
  if (kind === 'jsonpath') return { kind: 'jsonpath', template: value }
  if (kind === 'jsonpath-file') return { kind: 'jsonpath', template: await readFile(value) }
  if (kind === 'custom-columns' && rules.columns)
    return { kind: 'columns', columns: readColumns(value) }
  if (kind === 'custom-columns-file' && rules.columns)
    return { kind: 'columns', columns: readColumnFile(await readFile(value)) }
  throw new UsageError(
    `unable to match a printer suitable for the output format "${output}", allowed formats are: ${allowed(rules)}`,
  )
}

/** The same for a document that is no list, and about no object that has a name. */
export function readDocumentFormat(
  output: string | undefined,
  readFile: (path: string) => Promise<string>,
): Promise<Format> {
  return readFormat(output, { wide: false, columns: false, names: false }, readFile)
}

/** Text of one document in a machine format; `-o name` is not one of them. */
export async function documentText(format: Format, document: unknown): Promise<string> {
  if (format.kind === 'json') return jsonText(document)
  if (format.kind === 'yaml') return yamlText(document)
  if (format.kind !== 'jsonpath') throw new Error(`${format.kind} is not a document format`)
  const { jsonpathText } = await import('./jsonpath.ts')
  return jsonpathText(format.template, document)
}

/** Reports about canaries by name, alone, or as a list; not for text. */
export async function reportsText(
  format: Exclude<Format, { kind: 'text' }>,
  reports: readonly { metadata: { name: string } }[],
  single: boolean,
): Promise<string> {
  if (format.kind === 'name')
    return reports.map(({ metadata }) => `canary.flagger.app/${clean(metadata.name)}\n`).join('')
  if (!single) return documentText(format, { apiVersion: 'v1', items: reports, kind: 'List' })
  return reports[0] ? documentText(format, reports[0]) : ''
}

/** Text of one document of a stream: one line of JSON, or YAML behind `---`. */
export async function streamText(format: Format, document: unknown): Promise<string> {
  if (format.kind === 'json') return `${compactJson(document)}\n`
  if (format.kind === 'yaml') return `---\n${await yamlText(document)}`
  return `${await documentText(format, document)}\n`
}

/** Header and rows of `-o custom-columns` over API objects. */
export async function columnCells(
  columns: readonly Column[],
  objects: readonly unknown[],
): Promise<{ header: string[]; rows: string[][] }> {
  const { jsonpathValues, valueText } = await import('./jsonpath.ts')
  return {
    header: columns.map(({ header }) => header),
    rows: objects.map((object) =>
      columns.map(({ path }) => {
        const found = jsonpathValues(path, object)
        return found.length === 0 ? '<none>' : found.map(cellText).join(',')
      }),
    ),
  }

  function cellText(value: unknown): string {
    return value === null ? '<nil>' : valueText(value)
  }
}

function readColumns(spec: string): Column[] {
  return spec.split(',').map((column) => {
    const colon = column.indexOf(':')
    if (colon <= 0 || colon === column.length - 1)
      throw new UsageError(
        `unexpected custom-columns spec: ${column}, expected <header>:<json-path-expr>`,
      )
    return { header: column.slice(0, colon), path: column.slice(colon + 1) }
  })
}

/** A file has the headers on its first line and the paths on its second. */
function readColumnFile(text: string): Column[] {
  const [headers = [], paths = []] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/))
  if (headers.length === 0 || headers.length !== paths.length)
    throw new UsageError(
      `number of headers (${headers.length}) must match field specifications (${paths.length})`,
    )
  return headers.map((header, at) => ({ header, path: paths[at] ?? '' }))
}

function allowed({ wide, columns, names = true }: FormatRules): string {
  return [
    ...(columns ? ['custom-columns', 'custom-columns-file'] : []),
    ...['json', 'jsonpath', 'jsonpath-file', 'yaml'],
    ...(names ? ['name'] : []),
    ...(wide ? ['wide'] : []),
  ]
    .sort()
    .join(',')
}

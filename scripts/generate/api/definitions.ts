import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isScalar, isSeq, parseDocument } from 'yaml'
import { supported } from '../docs/supported.ts'
import type { Generator } from '../generator.ts'

/** The names that fields of the API take, in crds/; all else in those files is written by hand. */
export const definitions: Generator = async (root) => {
  const texts = new Map<string, string>()
  for (const { file, field, within, accepted } of supported()) {
    const text = texts.get(file) ?? (await readFile(join(root, file), 'utf8'))
    texts.set(file, withChoices(text, pathOf(field, within), accepted))
  }
  return [...texts].map(([path, text]) => ({ path, text }))
}

function pathOf(
  field: readonly string[],
  within: readonly (string | number)[] = [],
): (string | number)[] {
  const schema = ['spec', 'versions', 0, 'schema', 'openAPIV3Schema', 'properties', 'spec']
  return [...schema, ...field.flatMap((name) => ['properties', name]), ...within, 'enum']
}

/**
 * The text of a definition with these values in the list at `path`, in the form that the list has:
 * on one line, or a line for each value. Throws where there is no list.
 */
export function withChoices(
  text: string,
  path: readonly (string | number)[],
  values: readonly string[],
): string {
  const list = parseDocument(text).getIn(path, true)
  const last: unknown = isSeq(list) ? list.items.at(-1) : undefined
  if (!isSeq(list) || !list.range || !isScalar(last) || !last.range)
    throw new Error(`there is no list of names at ${path.join('.')}`)
  const [from, to] = list.range
  if (list.flow) return `${text.slice(0, from)}[${values.join(', ')}]${text.slice(to)}`
  const indent = ' '.repeat(from - text.lastIndexOf('\n', from) - 1)
  const lines = values.map((value) => `- ${value}`).join(`\n${indent}`)
  return `${text.slice(0, from)}${lines}${text.slice(last.range[1])}`
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Generator } from '../generator.ts'
import { markdownTable, withMarked } from './marked.ts'
import { supported } from './supported.ts'

const pages = ['README.md', 'docs/compatibility.md']

/** The tables of what is here and what is not yet, as the folders below src/ say. */
export const supportedTables: Generator = async (root) => {
  const rows = supported().map(({ title, here, missing }) => [title, listed(here), listed(missing)])
  const table = markdownTable([['', 'Here', 'Not here yet'], ...rows])
  return Promise.all(
    pages.map(async (path) => {
      const text = await readFile(join(root, path), 'utf8')
      return { path, text: withMarked(text, 'supported', table) }
    }),
  )
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? '–' : names.map((name) => `\`${name}\``).join(', ')
}

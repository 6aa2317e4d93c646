import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chapters } from '../../../src/analysis/rules/chapters.ts'
import type { Generator } from '../generator.ts'
import { markdownTable, withMarked } from './marked.ts'

const path = 'docs/architecture.md'

/** The rules by which a step is decided, in the page about the architecture. */
export const rulesOfDecisions: Generator = async (root) => {
  const rows = chapters.flatMap(({ title, rules }) =>
    rules.map(({ name, because }, index) => [index === 0 ? title : '', `\`${name}\``, because]),
  )
  const text = await readFile(join(root, path), 'utf8')
  const table = markdownTable([['Where', 'Rule', 'Why'], ...rows])
  return [{ path, text: withMarked(text, 'rules', table) }]
}

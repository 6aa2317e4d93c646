import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commands } from '../../commands/registry.gen.ts'
import type { Generator } from './generator.ts'
import { markdownTable, withMarked } from './marked.ts'

const path = 'README.md'

/** The table of commands in the README, from the registry. */
export const readmeCommands: Generator = async (root) => {
  const rows = await Promise.all(
    Object.entries(commands).map(async ([name, { aliases, load }]) => {
      const { summary = '' } = await load()
      const also = aliases.length > 0 ? `, ${aliases.map(code).join(', ')}` : ''
      return [code(name) + also, summary]
    }),
  )
  const text = await readFile(join(root, path), 'utf8')
  const table = markdownTable([['Command', 'What it does'], ...rows])
  return [{ path, text: withMarked(text, 'commands', table) }]
}

function code(word: string): string {
  return `\`${word}\``
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commands } from '../../../commands/registry.gen.ts'
import { type CommandEntry, groups } from '../../../commands/shell/command-class.ts'
import type { Generator } from '../generator.ts'
import { markdownTable, withMarked } from './marked.ts'

const readme = 'README.md'
const page = 'docs/cli.md'

/** The commands by group in the README, and each with what it does in its page; from the registry. */
export const readmeCommands: Generator = async (root) => {
  const all = await Promise.all(
    Object.entries(commands).map(async ([name, entry]) => {
      const { group, summary = '' } = await entry.load()
      return { group, names: namesOf(name, entry), summary }
    }),
  )
  const byGroup = groups.flatMap((group) => {
    const names = all.filter((one) => one.group === group).map((one) => one.names)
    return names.length > 0 ? [[group, names.join(', ')]] : []
  })
  const each = all.map(({ names, summary }) => [names, summary])
  const tables = [
    { path: readme, table: markdownTable([['', 'Commands'], ...byGroup]) },
    { path: page, table: markdownTable([['Command', 'What it does'], ...each]) },
  ]
  return Promise.all(
    tables.map(async ({ path, table }) => {
      const text = await readFile(join(root, path), 'utf8')
      return { path, text: withMarked(text, 'commands', table) }
    }),
  )
}

function namesOf(name: string, { aliases }: CommandEntry): string {
  const also = aliases.length > 0 ? ` (${aliases.map(code).join(', ')})` : ''
  return code(name) + also
}

function code(word: string): string {
  return `\`${word}\``
}

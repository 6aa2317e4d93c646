import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type CommandClass, type Group, groups } from '../../commands/shell/command-class.ts'
import { verbs } from '../../src/requests/registry.gen.ts'
import type { Generator } from './generator.ts'
import { exportOf } from './registries.ts'

const path = 'commands/registry.gen.ts'
const lookPath = 'commands/look.gen.ts'
const folders = ['look', 'act', 'understand', 'prepare', 'administer', 'about']

/** What the registry holds of a command, and how it is ordered in help and tables. */
interface Entry {
  name: string
  aliases: readonly string[]
  meantBy: readonly string[]
  group: Group
  place: number
  /** TypeScript that gives a function which loads its class. */
  load: string
}

/**
 * The registry of commands: of the files in their folders, and of the rows of requests. Beside it
 * the one of those that people look with, of which the smaller bundle is made.
 */
export const commandRegistry: Generator = async (root) => {
  const files = (await Promise.all(folders.map((folder) => filesIn(root, folder)))).flat()
  const entries = [...(await Promise.all(files.map((file) => fileEntry(root, file)))), ...rows]
  const inOrder = entries.toSorted(
    (one, other) =>
      groups.indexOf(one.group) - groups.indexOf(other.group) ||
      one.place - other.place ||
      (one.name < other.name ? -1 : 1),
  )
  const looking = inOrder.filter(({ group }) => group === 'Look')
  return [
    { path, text: `${head}${inOrder.map(entryText).join('')}}\n` },
    { path: lookPath, text: `${lookHead}${looking.map(entryText).join('')}}\n` },
  ]
}

const head = `/**
 * Generated from the folders of commands and the rows of requests by \`npm run generate\`; not to be
 * edited. Each command is loaded only when it is called: start-up time is felt.
 */
import type { Verb } from '../src/requests/names.gen.ts'
import type { CommandClass, Registry } from './shell/command-class.ts'

const verb = (name: Verb) => async (): Promise<CommandClass> =>
  (await import('./changing/verb-command.ts')).verbCommand(name)

export const commands: Registry = {
`

const lookHead = `/**
 * Generated from the folder of commands that people look with by \`npm run generate\`; not to be
 * edited. In the bundle that starts them it is all there is: what is not in it need not be read.
 */
import type { Registry } from './shell/command-class.ts'

export const commands: Registry = {
`

const rows: readonly Entry[] = verbs.map(({ name, command }) => ({
  name,
  aliases: [],
  meantBy: command.meantBy ?? [],
  group: 'Act',
  place: command.place,
  load: `verb('${name}')`,
}))

async function filesIn(root: string, folder: string): Promise<string[]> {
  const names = await readdir(join(root, 'commands', folder)).catch(() => [])
  return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`)
}

async function fileEntry(root: string, file: string): Promise<Entry> {
  const name = basename(file, '.ts')
  const camel = exportOf(name)
  const type = camel.charAt(0).toUpperCase() + camel.slice(1)
  const module: Record<string, CommandClass> = await import(join(root, 'commands', file))
  const command = module[type]
  if (!command) throw new Error(`commands/${file} has no class ${type}`)
  const { aliases, meantBy, group, place } = command
  return {
    name,
    aliases,
    meantBy,
    group,
    place,
    load: `async () => (await import('./${file}')).${type}`,
  }
}

/** As the formatter has it. */
const longestLine = 100

function entryText({ name, aliases, meantBy, load }: Entry): string {
  const key = /^[a-z]+$/.test(name) ? name : `'${name}'`
  const list = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ')
  const meant = meantBy.length > 0 ? ` meantBy: [${list(meantBy)}],` : ''
  const entry = `  ${key}: { aliases: [${list(aliases)}],${meant} load: ${load} },`
  if (entry.length <= longestLine) return `${entry}\n`
  const parts = [
    `aliases: [${list(aliases)}]`,
    ...(meant ? [meant.trim().slice(0, -1)] : []),
    `load: ${load}`,
  ]
  return `  ${key}: {\n${parts.map((part) => `    ${part},\n`).join('')}  },\n`
}

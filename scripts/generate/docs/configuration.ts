import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { flagSpecs, variables } from '../../../controller/process/config/flag-specs.ts'
import type { Generator } from '../generator.ts'
import { markdownTable, withMarked } from './marked.ts'

const path = 'docs/configuration.md'

/** The tables of flags and environment variables, from the specification of the flags. */
export const configuration: Generator = async (root) => {
  const flags = Object.entries(flagSpecs).map(([name, { type, default: otherwise, about }]) => [
    `\`-${name}\``,
    type,
    otherwise === '' ? '' : `\`${otherwise}\``,
    about,
  ])
  const environment = Object.entries(variables).map(([flag, variable]) => [
    `\`${variable}\``,
    `\`-${flag}\``,
  ])
  const text = await readFile(join(root, path), 'utf8')
  const withFlags = withMarked(
    text,
    'flags',
    markdownTable([['Flag', 'Type', 'Default', 'Meaning'], ...flags]),
  )
  const table = markdownTable([['Variable', 'In place of'], ...environment])
  return [{ path, text: withMarked(withFlags, 'variables', table) }]
}

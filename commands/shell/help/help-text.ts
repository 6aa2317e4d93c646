/** Help in kubectl's layout: summary, examples, options, permissions, exit codes. */

import { UsageError } from '../../../src/errors.ts'
import { globalFlags } from '../../input/flag-groups.ts'
import {
  type CommandClass,
  commandName,
  type FlagInfo,
  groups,
  type Registry,
} from '../command-class.ts'

const intro = 'Watch and steer progressive delivery with canaries.'

/** Help of the plugin itself. */
export async function rootHelp(bin: string, commands: Registry): Promise<string> {
  const classes = await Promise.all(
    Object.entries(commands).map(async ([name, { load }]) => [name, await load()] as const),
  )
  const blocks = groups.flatMap((group) => {
    const rows = classes
      .filter(([, command]) => command.group === group)
      .map(([name, { summary = '' }]) => `  ${name.padEnd(16)}${summary}`)
    return rows.length > 0 ? [`${group} Commands:\n${rows.join('\n')}\n`] : []
  })
  return [
    `${intro}\n`,
    ...blocks,
    `Usage:\n  ${bin} [flags] COMMAND [NAME | TYPE/NAME | TYPE NAME...] [options]\n`,
    `Use "${bin} COMMAND --help" for more information about a given command.`,
    `Use "${bin} options" for a list of options that every command takes.\n`,
  ].join('\n')
}

/** Help of one command; throws UsageError for a name that there is none of. */
export async function commandHelp(word: string, bin: string, commands: Registry): Promise<string> {
  const name = commandName(word, commands)
  const entry = name === undefined ? undefined : commands[name]
  if (name === undefined || !entry) throw new UsageError(`unknown help topic "${word}"`)
  const command = await entry.load()
  return [
    `${sentence(command.summary ?? '')}\n`,
    ...(command.description ? [`${fill(command.description, bin)}\n`] : []),
    ...(entry.aliases.length > 0 ? [`Aliases:\n  ${[name, ...entry.aliases].join(', ')}\n`] : []),
    ...exampleBlock(command, bin),
    ...optionBlock('Options', command.flags ?? {}),
    ...block('Permissions', command.permissions),
    ...block('Exit codes', command.exitCodes),
    `Usage:\n  ${bin} ${name} ${command.synopsis}`.trimEnd(),
    '',
    `Use "${bin} options" for a list of options that every command takes.\n`,
  ].join('\n')
}

/** The options that every command takes. */
export function globalHelp(): string {
  const [block = ''] = optionBlock(
    'The following options can be passed to any command',
    globalFlags,
  )
  return block
}

function exampleBlock({ examples = [] }: CommandClass, bin: string): string[] {
  if (examples.length === 0) return []
  const texts = examples.map((example) => {
    if (typeof example === 'string') return `  ${fill(example, bin)}`
    const { description, command } = example
    return `  # ${description}\n  ${fill(command, bin)}`
  })
  return [`Examples:\n${texts.join('\n\n')}\n`]
}

function optionBlock(title: string, flags: Record<string, FlagInfo>): string[] {
  const rows = Object.entries(flags)
    .filter(([, { hidden }]) => !hidden)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, flag]) => {
      const short = flag.char && flag.char !== name ? `-${flag.char}, ` : '    '
      const dashes = name.length === 1 ? '-' : '--'
      const options = flag.options ? ` One of: ${flag.options.join(', ')}.` : ''
      return `    ${short}${dashes}${name}=${defaultText(flag)}:\n        ${sentence(flag.summary ?? '')}${options}`
    })
  return rows.length > 0 ? [`${title}:\n${rows.join('\n\n')}\n`] : []
}

function defaultText({ type, multiple, default: value }: FlagInfo): string {
  if (type === 'boolean') return value === true ? 'true' : 'false'
  if (multiple) return '[]'
  if (typeof value === 'number') return `${value}`
  return typeof value === 'string' ? `'${value}'` : "''"
}

function block(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [`${title}:\n${lines.map((line) => `  ${line}`).join('\n')}\n`] : []
}

function fill(text: string, bin: string): string {
  return text.replaceAll('<%= config.bin %>', bin)
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}

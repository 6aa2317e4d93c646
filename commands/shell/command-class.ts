/** What the registry, the help and the command line know of a command without running it. */
import type { Command } from '@oclif/core/command'
import type { Rehearse } from '../../src/simulation/rehearsal.ts'
import type { FlagShape } from '../input/arguments.ts'

/** The parts of help and tables, in their order. */
export const groups = ['Look', 'Act', 'Understand', 'Prepare', 'Controller', 'Other'] as const

export type Group = (typeof groups)[number]

export type Completes = 'canaries' | 'workloads' | 'commands' | 'shells' | 'nothing'

export interface CommandClass {
  new (argv: string[], config: never): { execute(): Promise<number> }
  id: string
  summary?: string | undefined
  description?: string | undefined
  examples?: Command.Example[] | undefined
  /** Absent where a command has none of its own. */
  flags?: Record<string, FlagInfo> | undefined
  baseFlags: Record<string, FlagInfo>
  group: Group
  /** In help the lowest stands first in its group. */
  place: number
  aliases: readonly string[]
  /** What people call it who know other tools: guessed, never taken for it. */
  meantBy: readonly string[]
  /** What its words name, for completion. */
  completes: Completes
  synopsis: string
  permissions: readonly string[]
  exitCodes: readonly string[]
}

export interface FlagInfo {
  type: 'boolean' | 'option'
  char?: string | undefined
  summary?: string | undefined
  multiple?: boolean | undefined
  options?: readonly string[] | undefined
  default?: unknown
  hidden?: boolean | undefined
}

/** The shapes of flags, for reading a command line. */
export function shapesOf(flags: Record<string, FlagInfo>): FlagShape[] {
  return Object.entries(flags).map(([name, { type, char, multiple }]) => ({
    name,
    char,
    type: type === 'boolean' ? 'switch' : 'value',
    multiple,
  }))
}

export interface CommandEntry {
  aliases: readonly string[]
  /** Words of other tools that mean it; absent where there are none. */
  meantBy?: readonly string[]
  /** Imports the command: its module is read only when it is called, or its help is. */
  load(): Promise<CommandClass>
}

/** What of the project's other programs a command may use; whoever starts the plugin brings it. */
export interface Programs {
  /** The controller, as far as it plays on an embedded cluster. */
  rehearsal(): Promise<{ rehearse: Rehearse }>
}

/** All commands, by name. */
export type Registry = Readonly<Record<string, CommandEntry>>

/** The name of a command or alias as the registry has it; undefined for neither. */
export function commandName(word: string, registry: Registry): string | undefined {
  return Object.keys(registry).find(
    (name) => name === word || registry[name]?.aliases.includes(word),
  )
}

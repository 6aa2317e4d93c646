/** The command of a verb, made of its row in the table of requests. */
import { string as argument } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import type { Verb } from '../../src/requests/names.gen.ts'
import type { FlagValues, VerbCommand, VerbFlag } from '../../src/requests/verb.ts'
import { rowOf } from '../../src/requests/verbs.ts'
import { readTime } from '../input/durations.ts'
import { changeFlags, selectFlags, waitFlags } from '../input/flag-groups.ts'
import type { CommandClass } from '../shell/command-class.ts'
import { changeOf } from './change.ts'
import {
  ChangeCommand,
  type ChangeFlags,
  changeExitCodes,
  waitExitCodes,
} from './change-command.ts'

/** The class that the command line runs for a verb. */
export function verbCommand(verb: Verb): CommandClass {
  const { command } = rowOf(verb)
  return class extends ChangeCommand {
    static override summary = command.summary
    static override synopsis =
      `(NAME... | -l SELECTOR | --all | -f FILE) ${command.usage} [options]`
    static override description = command.description
    static override examples = command.examples.map(({ description, words }) => ({
      description,
      command: `<%= config.bin %> ${verb} ${words}`,
    }))
    static override exitCodes = exitCodesOf(command)
    static override strict = false
    static override args = { names: argument({ ignoreStdin: true }) }
    static override flags = {
      ...selectFlags,
      ...changeFlags,
      ...(command.waitsFor && waitFlags),
      ...ownFlags(command.flags),
    }

    async run(): Promise<number> {
      const given: { argv: unknown[]; flags: object } = await this.parse(this.ctor)
      // oclif has checked them against the flags above.
      const values = valuesOf(command.flags, given.flags as FlagValues)
      const change = changeOf(verb, command.ask?.(values, new Date()) ?? {})
      return this.change(given.argv.map(String), given.flags as ChangeFlags, change)
    }
  }
}

function exitCodesOf({ waitsFor }: VerbCommand): string[] {
  if (waitsFor === undefined) return changeExitCodes
  const [failed = '', timedOut = ''] = waitExitCodes
  return [...changeExitCodes, ...(waitsFor === 'verdict' ? [failed] : []), timedOut]
}

function ownFlags(flags: VerbCommand['flags'] = {}) {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, flagOf(flag)]))
}

function flagOf({ type, summary, min, max }: VerbFlag) {
  if (type === 'switch') return boolean({ summary, allowNo: true })
  if (type === 'duration') return string({ summary })
  return integer({
    summary,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  })
}

/** Its own flags, and `--via`, with durations in milliseconds. */
function valuesOf(flags: VerbCommand['flags'] = {}, given: FlagValues): FlagValues {
  const { via } = given
  const own = Object.entries(flags).map(([name, { type }]) => {
    const value = given[name]
    const isTime = type === 'duration' && typeof value === 'string'
    return [name, isTime ? readTime(`--${name}`, value) : value]
  })
  return { ...Object.fromEntries(own), via }
}

import { string } from '@oclif/core/args'
import { CanaryCommand } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'
import { commandHelp, rootHelp } from '../shell/help/help-text.ts'

export class Help extends CanaryCommand {
  static override place = 2
  static override completes = 'commands' as const
  static override summary = 'Help about any command'
  static override synopsis = '[COMMAND]'
  static override exitCodes = ['0  done', '2  no such command']
  static override args = { command: string({ ignoreStdin: true }) }

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Help)
    const { bin } = this.config
    const { registry } = CanaryCommand
    this.terminalOf(flags).out(
      args.command === undefined
        ? await rootHelp(bin, registry)
        : await commandHelp(args.command, bin, registry),
    )
    return exits.done
  }
}

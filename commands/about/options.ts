import { CanaryCommand } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'
import { globalHelp } from '../shell/help/help-text.ts'

export class Options extends CanaryCommand {
  static override place = 3
  static override completes = 'nothing' as const
  static override summary = 'Print the list of options that every command takes'
  static override exitCodes = ['0  done']

  async run(): Promise<number> {
    const { flags } = await this.parse(Options)
    this.terminalOf(flags).out(globalHelp())
    return exits.done
  }
}

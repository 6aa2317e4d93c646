import { string as argument } from '@oclif/core/args'
import { ChangeCommand, changeExitCodes } from '../changing/change-command.ts'
import { changeFlags, selectFlags, waitFlags } from '../input/flag-groups.ts'

export class Abort extends ChangeCommand {
  static override summary = 'Stop a run and send all traffic to the primary'
  static override synopsis =
    '(NAME... | -l SELECTOR | --all | -f FILE) [--reason=TEXT] [--wait] [options]'
  static override description =
    'All traffic goes to the primary, the canary is scaled to zero, and the phase is Failed. It never asks for a single canary: it is the emergency brake.'
  static override examples = [
    {
      description: 'Roll back now',
      command: '<%= config.bin %> abort podinfo --reason "5xx in checkout"',
    },
  ]
  static override exitCodes = [...changeExitCodes, '4  with --wait: timed out']
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = { ...selectFlags, ...changeFlags, ...waitFlags }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Abort)
    return this.change(argv.map(String), flags, {
      verb: 'abort',
      fields: {},
      question: 'Abort?',
      asksForOne: false,
      anyRevision: true,
    })
  }
}

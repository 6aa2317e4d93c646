import { string as argument } from '@oclif/core/args'
import { ChangeCommand, changeExitCodes, waitExitCodes } from '../changing/change-command.ts'
import { changeFlags, selectFlags, waitFlags } from '../input/flag-groups.ts'

export class Restart extends ChangeCommand {
  static override summary = 'Start a run from the beginning, also of what is promoted already'
  static override synopsis =
    '(NAME... | -l SELECTOR | --all | -f FILE) [--reason=TEXT] [--wait] [options]'
  static override description =
    'In a run, all traffic goes to the primary, the counters to zero, and the analysis begins again. An idle canary starts a run of its target as it is; after a failure that is what retry does. Who asks for it approves the start: the hook confirm-rollout is not asked.'
  static override examples = [
    {
      description: 'Check again from the beginning, after a metric was mended',
      command: '<%= config.bin %> restart podinfo --reason "new threshold"',
    },
  ]
  static override exitCodes = [...changeExitCodes, ...waitExitCodes]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = { ...selectFlags, ...changeFlags, ...waitFlags }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Restart)
    return this.change(argv.map(String), flags, {
      verb: 'restart',
      fields: {},
      question: 'Restart?',
      asksForOne: true,
      anyRevision: true,
    })
  }
}

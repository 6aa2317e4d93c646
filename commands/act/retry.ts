import { string as argument } from '@oclif/core/args'
import { ChangeCommand, changeExitCodes, waitExitCodes } from '../changing/change-command.ts'
import { changeFlags, selectFlags, waitFlags } from '../input/flag-groups.ts'

export class Retry extends ChangeCommand {
  static override summary = 'Run a failed revision again'
  static override synopsis =
    '(NAME... | -l SELECTOR | --all | -f FILE) [--reason=TEXT] [--wait] [options]'
  static override description =
    'A failed canary starts a run of its target as it is, from the beginning, with all its checks. Who asks for it approves the start: the hook confirm-rollout is not asked.'
  static override examples = [
    {
      description: 'Try again, and wait for the verdict',
      command: '<%= config.bin %> retry podinfo --wait',
    },
  ]
  static override exitCodes = [...changeExitCodes, ...waitExitCodes]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = { ...selectFlags, ...changeFlags, ...waitFlags }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Retry)
    return this.change(argv.map(String), flags, {
      verb: 'retry',
      fields: {},
      question: 'Retry?',
      asksForOne: false,
      anyRevision: true,
    })
  }
}

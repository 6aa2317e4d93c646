import { string as argument } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { UsageError } from '../../src/errors.ts'
import { ChangeCommand, changeExitCodes, waitExitCodes } from '../changing/change-command.ts'
import { changeFlags, selectFlags, waitFlags } from '../input/flag-groups.ts'

export class SkipAnalysis extends ChangeCommand {
  static override summary = 'Promote this run, or the next one, without checks'
  static override synopsis =
    '(NAME... | -l SELECTOR | --all | -f FILE) [--once | --always | --off] [--reason=TEXT] [options]'
  static override description =
    'The run in progress, or else the next one, goes through without metrics, webhooks and steps, once. --always sets spec.skipAnalysis, --off takes either back. A rollback on the progress deadline still works, and so does abort.'
  static override examples = [
    {
      description: 'Let a hotfix through',
      command: '<%= config.bin %> skip-analysis podinfo --yes --reason "hotfix INC-4711"',
    },
  ]
  static override exitCodes = [...changeExitCodes, ...waitExitCodes]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    ...changeFlags,
    ...waitFlags,
    once: boolean({ summary: 'This run or the next one only; the default', allowNo: true }),
    always: boolean({ summary: 'Every run: sets spec.skipAnalysis', allowNo: true }),
    off: boolean({ summary: 'Take either back', allowNo: true }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(SkipAnalysis)
    if ([flags.once, flags.always, flags.off].filter(Boolean).length > 1)
      throw new UsageError('only one of --once, --always and --off is possible')
    const mode = flags.off ? 'off' : flags.always ? 'always' : 'once'
    return this.change(argv.map(String), flags, {
      verb: 'skip-analysis',
      mode,
      fields: {},
      question: mode === 'off' ? 'Check again?' : 'Skip the analysis?',
      asksForOne: mode !== 'off',
      anyRevision: true,
    })
  }
}

import { string as argument } from '@oclif/core/args'
import { boolean, integer } from '@oclif/core/flags'
import { UsageError } from '../../src/errors.ts'
import type { Change } from '../changing/change.ts'
import { ChangeCommand, changeExitCodes, waitExitCodes } from '../changing/change-command.ts'
import { changeFlags, selectFlags, waitFlags } from '../input/flag-groups.ts'

export class Promote extends ChangeCommand {
  static override summary = 'Open the gate that a canary waits at, or move it on'
  static override synopsis =
    '(NAME... | -l SELECTOR | --all | -f FILE) [--step[=N] | --to-weight=W | --full] [--wait] [options]'
  static override description =
    'Without a mode it opens the gate that the canary waits at: start, traffic increase, promotion, or a pause. --step moves on without the checks of those steps; --full leaves out all steps, gates and checks that remain.'
  static override examples = [
    { description: 'Approve the promotion', command: '<%= config.bin %> promote podinfo' },
    { description: 'One step on, now', command: '<%= config.bin %> promote podinfo --step' },
    {
      description: 'Straight to the end, and wait for it',
      command: '<%= config.bin %> promote podinfo --full --wait',
    },
  ]
  static override exitCodes = [...changeExitCodes, ...waitExitCodes]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    ...changeFlags,
    ...waitFlags,
    step: integer({
      summary: 'Move on so many weights or iterations; --step alone is one',
      min: 1,
    }),
    'to-weight': integer({ summary: 'Go to this weight', min: 1, max: 100 }),
    full: boolean({ summary: 'Leave out all steps, gates and checks that remain', allowNo: true }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Promote)
    const { step, full, 'to-weight': weight } = flags
    const modes = [step !== undefined, weight !== undefined, full].filter(Boolean)
    if (modes.length > 1)
      throw new UsageError('only one of --step, --to-weight and --full is possible')
    const mode = full
      ? 'full'
      : weight !== undefined
        ? 'weight'
        : step !== undefined
          ? 'step'
          : 'gate'
    const change: Change = {
      verb: 'promote',
      mode,
      fields: {
        mode,
        ...(step !== undefined && { steps: step }),
        ...(weight !== undefined && { weight }),
      },
      question: 'Promote?',
      asksForOne: mode === 'full' || mode === 'weight',
      anyRevision: false,
    }
    return this.change(argv.map(String), flags, change)
  }
}

import { string as argument } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { ChangeCommand, changeExitCodes } from '../changing/change-command.ts'
import { changeFlags, selectFlags, waitFlags } from '../input/flag-groups.ts'

export class Reset extends ChangeCommand {
  static override summary = 'Bring a canary back to a clean state'
  static override synopsis =
    '(NAME... | -l SELECTOR | --all | -f FILE) [--hold] [--force] [options]'
  static override description =
    'Traffic goes to the primary, counters to zero, pending requests and pauses away, the phase to Initialized. Then a new run starts if the target differs from what is promoted; --hold leaves that out until the target changes. The primary is never changed.'
  static override examples = [
    { description: 'Clean up and try again', command: '<%= config.bin %> reset podinfo' },
    { description: 'Clean up and stay idle', command: '<%= config.bin %> reset podinfo --hold' },
  ]
  static override exitCodes = [...changeExitCodes, '4  with --wait: timed out']
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    ...changeFlags,
    ...waitFlags,
    hold: boolean({ summary: 'Start no new run until the target changes', allowNo: true }),
    force: boolean({ summary: 'Also in the middle of a run, which is aborted', allowNo: true }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Reset)
    return this.change(argv.map(String), flags, {
      verb: 'reset',
      fields: { ...(flags.hold && { hold: true }), ...(flags.force && { force: true }) },
      question: 'Reset?',
      asksForOne: true,
      anyRevision: true,
    })
  }
}

import { string as argument } from '@oclif/core/args'
import { string } from '@oclif/core/flags'
import { ChangeCommand, changeExitCodes } from '../changing/change-command.ts'
import { readTime } from '../input/durations.ts'
import { changeFlags, selectFlags } from '../input/flag-groups.ts'
import { stamp } from '../output/age.ts'

export class Pause extends ChangeCommand {
  static override summary = 'Hold a canary where it is'
  static override synopsis =
    '(NAME... | -l SELECTOR | --all | -f FILE) [--for=DURATION] [--reason=TEXT] [options]'
  static override description =
    'Traffic and pods stay as they are, no checks run, no failures count. The progress deadline of the pods goes on. An idle canary does not start its next run.'
  static override examples = [
    { description: 'Hold', command: '<%= config.bin %> pause podinfo --reason "database team"' },
    { description: 'Hold for half an hour', command: '<%= config.bin %> pause podinfo --for=30m' },
  ]
  static override exitCodes = changeExitCodes
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    ...changeFlags,
    for: string({ summary: 'Go on by itself after this time, such as 30m' }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Pause)
    const ms = flags.for === undefined ? undefined : readTime('--for', flags.for)
    return this.change(argv.map(String), flags, {
      verb: 'pause',
      fields: ms === undefined ? {} : { until: stamp(new Date(Date.now() + ms)) },
      question: 'Pause?',
      asksForOne: false,
      anyRevision: true,
    })
  }
}

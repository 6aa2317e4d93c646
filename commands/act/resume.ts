import { string as argument } from '@oclif/core/args'
import { ChangeCommand, changeExitCodes, waitExitCodes } from '../changing/change-command.ts'
import { changeFlags, selectFlags, waitFlags } from '../input/flag-groups.ts'

export class Resume extends ChangeCommand {
  static override summary = 'Go on with a paused canary'
  static override synopsis = '(NAME... | -l SELECTOR | --all | -f FILE) [--wait] [options]'
  static override description =
    'Takes a pause back. A canary whose spec.suspend is true is resumed only with --via=spec, for Git may say otherwise.'
  static override examples = [{ description: 'Go on', command: '<%= config.bin %> resume podinfo' }]
  static override exitCodes = [...changeExitCodes, ...waitExitCodes]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = { ...selectFlags, ...changeFlags, ...waitFlags }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Resume)
    return this.change(argv.map(String), flags, {
      verb: 'resume',
      // With --via=spec the spec is what is meant.
      ...(flags.via === 'spec' && { mode: 'always' }),
      fields: {},
      question: 'Resume?',
      asksForOne: false,
      anyRevision: true,
    })
  }
}

import { string as argument } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import { UsageError } from '../../src/errors.ts'
import { chosenBy } from '../input/chosen.ts'
import { readTime } from '../input/durations.ts'
import { outputFlag, selectFlags, waitFlags, writeFlags } from '../input/flag-groups.ts'
import { readSelection, requireSelection } from '../input/selection.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'

export class Undo extends CanaryCommand {
  static override place = 9
  static override summary = 'Put the target back to what the primary runs, or to an older revision'
  static override meantBy = ['rollback']
  static override group = 'Act' as const
  static override synopsis =
    '(NAME... | -l SELECTOR | --all | -f FILE) [--to-revision=N [--skip-run]] [--wait] [options]'
  static override description =
    'Writes the pod template of the target itself, and so works with any controller. What is promoted starts no run; a revision of --to-revision, as kubectl rollout history counts them, does, and --skip-run has it promoted without checks. A tool that applies the target from Git brings the new version back: it is named before anything is changed.'
  static override examples = [
    { description: 'Back to what is promoted', command: '<%= config.bin %> undo podinfo' },
    {
      description: 'Back to an older revision, without checks',
      command: '<%= config.bin %> undo podinfo --to-revision=3 --skip-run',
    },
  ]
  static override permissions = [
    'get, list canaries.flagger.app',
    'get, patch the target; get the primary; list replicasets',
    'for --skip-run also: patch canaries.flagger.app',
  ]
  static override exitCodes = [
    '0  done, or already so',
    '1  error, or answered no',
    '2  wrong usage, or confirmation needed without a terminal',
    '3  with --wait: the run failed',
    '4  with --wait: timed out',
    '6  rejected: nothing is promoted yet, or there is no such revision',
  ]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    ...waitFlags,
    output: outputFlag('json', 'yaml', 'name'),
    'to-revision': integer({ summary: 'An older revision of the target, by number', min: 1 }),
    'skip-run': boolean({ summary: 'Promote that revision without checks', allowNo: true }),
    ...writeFlags,
    reason: string({ summary: 'Why; kept with the request of --skip-run' }),
    yes: boolean({ summary: 'Do not ask', char: 'y', allowNo: true }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Undo)
    const selection = readSelection(argv.map(String), flags)
    requireSelection(selection)
    if (flags['skip-run'] && flags['to-revision'] === undefined)
      throw new UsageError('--skip-run needs --to-revision: what is promoted already starts no run')
    const timeoutMs = readTime('--timeout', flags.timeout)
    const chosen = await chosenBy(selection, flags.output, this.beginning(flags))
    if (!chosen) return exits.done
    const { format, session, found, single } = chosen
    const { undoAll } = await import('../undoing/undo-all.ts')
    const how = { fieldManager: flags['field-manager'], dryRun: flags['dry-run'] }
    const wanted = { toRevision: flags['to-revision'], skipsRun: flags['skip-run'] }
    const rest = { yes: flags.yes, reason: flags.reason, single, format }
    const code = await undoAll(found, session, { ...how, ...wanted, ...rest })
    if (!flags.wait || code !== exits.done || flags['dry-run'] !== 'none') return code
    const { awaitConditions } = await import('../following/await-conditions.ts')
    const isPromoted = flags['to-revision'] === undefined
    const conditions = [{ kind: isPromoted ? 'idle' : 'done' } as const]
    return awaitConditions(session, { selection, conditions, timeoutMs, quiet: true, format })
  }
}

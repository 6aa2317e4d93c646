import { string as argument } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { UsageError } from '../../src/errors.ts'
import { type Condition, readCondition } from '../../src/report/wait/condition.ts'
import { readTime } from '../input/durations.ts'
import { outputFlag, selectFlags } from '../input/flag-groups.ts'
import { readSelection, requireSelection, type Selection } from '../input/selection.ts'
import { readFormat } from '../output/formats.ts'
import { CanaryCommand } from '../shell/base.ts'

export class Wait extends CanaryCommand {
  static override place = 6
  static override summary = 'Block until a canary has come to its verdict, or to a condition'
  static override group = 'Look' as const
  static override synopsis =
    '(NAME... | -l SELECTOR | --all | -f FILE) [--for=CONDITION]... [--timeout=auto] [--quiet] [-o FORMAT] [options]'
  static override description =
    'Conditions are done (no run in progress and nothing left to release; the default), promoted, failed, started, gate, paused, idle, phase=NAME, weight=N, condition=TYPE[=STATUS], delete and create; several are waited for one after the other. A change of the target that no run has begun with yet counts as left to release, so that the success of an earlier run is never taken for that of this one. --timeout=auto is the longest that the Canary allows a run to take, at least 5m.'
  static override examples = [
    {
      description: 'Release, and wait for what comes of it',
      command:
        'kubectl set image deployment/podinfo podinfod=podinfo:6.0.1 && <%= config.bin %> wait podinfo',
    },
    {
      description: 'Wait for the gate, in a pipeline that approves it',
      command: '<%= config.bin %> wait podinfo --for=gate --timeout=1h',
    },
  ]
  static override permissions = [
    'get, list, watch canaries.flagger.app',
    'get the target and the primary: without it only the phase tells',
  ]
  static override exitCodes = [
    '0    all conditions were met',
    '1    error, or the canary was deleted',
    '2    wrong usage',
    '3    the run failed, for done and promoted',
    '4    --timeout has passed',
    '130  interrupted',
  ]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    output: outputFlag('json', 'yaml', 'name'),
    for: string({
      summary: 'What to wait for; can be repeated, and is met one after the other',
      multiple: true,
      multipleNonGreedy: true,
    }),
    timeout: string({
      summary: 'How long to wait at most, such as 30m; 0 is for ever, less than 0 a week',
      default: 'auto',
    }),
    quiet: boolean({ summary: 'Print no result and no notes', allowNo: true }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Wait)
    const selection = readSelection(argv.map(String), flags)
    requireSelection(selection)
    const conditions = (flags.for ?? ['done']).map(readCondition)
    checkOrder(conditions, selection)
    const terminal = this.terminalOf(flags)
    const rules = { wide: false, columns: false }
    const format = await readFormat(flags.output, rules, terminal.readFile)
    const timeoutMs = readLimit(flags.timeout)
    const session = await this.session(flags)
    const { awaitConditions } = await import('../following/await-conditions.ts')
    const { quiet } = flags
    return awaitConditions(session, { selection, conditions, timeoutMs, quiet, format })
  }
}

/** What is not there yet can only be waited for by its name, and first of all. */
function checkOrder(conditions: readonly Condition[], { named }: Selection): void {
  const at = conditions.findIndex(({ kind }) => kind === 'create')
  if (at > 0) throw new UsageError('--for=create must be the first condition')
  if (at === 0 && named.length === 0) throw new UsageError('--for=create needs a name')
}

const weekMs = 7 * 24 * 3_600_000

/** Milliseconds; undefined is for `auto`. */
function readLimit(text: string): number | undefined {
  if (text === 'auto') return undefined
  return text.startsWith('-') && readTime('--timeout', text.slice(1)) > 0
    ? weekMs
    : readTime('--timeout', text)
}

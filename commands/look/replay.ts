import { string as argument } from '@oclif/core/args'
import { integer, string } from '@oclif/core/flags'
import type { Canary } from '../../src/canary/canary.ts'
import { UsageError } from '../../src/errors.ts'
import { recordedCheck } from '../../src/metrics/counting/checks.ts'
import { type Hindsight, judgeOfRun, replayed } from '../../src/report/runs/replayed.ts'
import { recordedRuns } from '../../src/simulation/recorded.ts'
import { canaryOf } from '../changing/changing.ts'
import { choose } from '../input/choose.ts'
import { readTime } from '../input/durations.ts'
import { outputFlag, selectFlags } from '../input/flag-groups.ts'
import { readSelection } from '../input/selection.ts'
import { documentText, readDocumentFormat } from '../output/formats.ts'
import { recordedLines, replayLines } from '../output/views/runs/replay-view.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits, Failure } from '../shell/failure.ts'
import { note, type Terminal } from '../shell/terminal.ts'
import { serverOf, withServers } from '../simulating/history.ts'
import { readSweep } from '../simulating/sweep.ts'

const stepsMost = 50_000

export class Replay extends CanaryCommand {
  static override place = 7
  static override summary = 'Judge runs of the past once more, from the status or from Prometheus'
  static override group = 'Look' as const
  static override synopsis =
    'NAME [--run=N] [--set=SETTING=VALUE] [-o json|yaml] [options]\n  NAME --prometheus=URL [--since=30d] [-o json|yaml] [options]'
  static override description =
    'Computes the verdict of a judged run again from the looks in its status; the last three runs keep theirs. With --set other rules are tried: chosen after seeing, they promise nothing, and show what would have been said. With --prometheus the runs are found in the metrics of the canary, and the table tells what its judge and its range would have made of each. Nothing is changed.'
  static override examples = [
    { description: 'Was that so?', command: '<%= config.bin %> replay podinfo --run=12' },
    {
      description: 'What would a ratio of 3 have said?',
      command: '<%= config.bin %> replay podinfo --set=ratio=3',
    },
    {
      description: 'The runs of the last month',
      command: '<%= config.bin %> replay podinfo --prometheus=http://127.0.0.1:9090 --since=30d',
    },
  ]
  static override permissions = ['get canaries.flagger.app']
  static override exitCodes = [
    '0  the same verdict, or told what the metrics hold',
    '1  error, or nothing was judged',
    '2  wrong usage',
    '3  the looks give another verdict, or other figures, than the status has',
  ]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    output: outputFlag('json', 'yaml'),
    run: integer({
      summary: 'The run with this number, as history has it; default is the last',
      min: 1,
    }),
    set: string({ summary: 'Another rule, in hindsight, such as ratio=3' }),
    prometheus: string({ summary: 'Address of a Prometheus server, as seen from here' }),
    since: string({ summary: 'How far back its metrics are read', default: '30d' }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Replay)
    const terminal = this.terminalOf(flags)
    const format = await readDocumentFormat(flags.output, terminal.readFile)
    const canary = await this.#canary(readSelection(argv.map(String), flags), flags)
    const { lines, content, isOther } =
      flags.prometheus === undefined
        ? ofStatus(canary, flags)
        : await ofMetrics(canary, flags, terminal)
    const { name, namespace } = canary
    const head = {
      apiVersion: 'cli.canary/v1',
      kind: 'CanaryReplay',
      metadata: { name, namespace },
    }
    const isText = format.kind === 'text'
    terminal.out(
      isText ? `${lines.join('\n')}\n` : await documentText(format, { ...head, ...content }),
    )
    if (flags.set !== undefined)
      note(terminal, 'rules that are chosen after seeing promise nothing: this is hindsight')
    return isOther ? exits.bad : exits.done
  }

  async #canary(
    selection: ReturnType<typeof readSelection>,
    flags: Parameters<CanaryCommand['session']>[0],
  ): Promise<Canary> {
    const [first, ...more] = await choose(selection, await this.session(flags))
    if (first?.failure) throw first.failure
    if (first?.resource && more.length === 0) return canaryOf(first.resource)
    throw new UsageError('one canary is replayed at a time: name it')
  }
}

interface Told {
  lines: string[]
  content: object
  isOther?: boolean
}

function ofStatus(
  { status, label }: Canary,
  flags: { run?: number | undefined; set?: string | undefined },
): Told {
  const number = flags.run ?? status.canaryAnalysis?.runId ?? status.history?.[0]?.id
  const judge = judgeOfRun(status, number)
  if (!judge) {
    const which =
      number === undefined ? 'it had no run yet' : `of run ${number} no look is on record`
    const message = `error: ${label} can't be replayed: ${which}; the last three judged runs keep theirs`
    throw new Failure(message, { exit: exits.error })
  }
  const report = replayed(judge, hindsight(flags.set))
  return {
    lines: replayLines(report),
    content: { run: number, ...report },
    isOther: report.differences.length > 0,
  }
}

function hindsight(text: string | undefined): Hindsight {
  if (text === undefined) return {}
  const { setting, values } = readSweep(text, '--set')
  const [value = 0] = values
  if (setting === 'limit' || values.length !== 1)
    throw new UsageError(
      `invalid argument "${text}" for "--set" flag: one value of ratio, ignoreBelow, falseRollback or missed`,
    )
  return { [setting]: setting === 'ratio' ? value : value / 100 }
}

async function ofMetrics(
  found: Canary,
  flags: { prometheus?: string | undefined; since: string },
  terminal: Terminal,
): Promise<Told> {
  const { judge, metrics, intervalMs } = found.analysis
  const metric = metrics.find(({ name, counts }) => name === 'request-success-rate' || counts)
  if (!judge || !metric)
    throw new Failure(
      `error: ${found.label} has no judge of failures; set spec.analysis.judge: {} and a metric request-success-rate`,
      { exit: exits.error },
    )
  const canary = { ...found, metricsServer: serverOf(found, flags.prometheus) }
  const backMs = readTime('--since', inHours(flags.since))
  const stepSeconds = Math.max(1, Math.round(intervalMs / 1_000))
  const steps = Math.min(stepsMost, Math.max(1, Math.floor(backMs / 1_000 / stepSeconds)))
  const { steps: counted = [] } = await withServers(terminal, (put) =>
    put(
      recordedCheck(canary, metric, {
        ...{ find: () => undefined, meshProvider: canary.provider, now: new Date() },
        ...{ stepSeconds, steps },
      }),
    ),
  )
  const runs = recordedRuns(counted, { canary, judge, metric, stepSeconds })
  return { lines: recordedLines(runs), content: { runs } }
}

/** Days are no duration of Go, and the usual way to speak of a month. */
const inHours = (text: string): string =>
  text.replace(/^(\d+)d$/, (_, days: string) => `${24 * Number(days)}h`)

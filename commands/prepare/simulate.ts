import { string as argument } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import type { Canary } from '../../src/canary/canary.ts'
import { UsageError } from '../../src/errors.ts'
import { seededRandom } from '../../src/sandbox/random.ts'
import { oddsOf } from '../../src/simulation/odds.ts'
import { plot } from '../../src/simulation/plot.ts'
import { play } from '../../src/simulation/simulate.ts'
import { canaryOn, newStage } from '../../src/simulation/stage.ts'
import { outputFlag, selectFlags } from '../input/flag-groups.ts'
import { readSelection } from '../input/selection.ts'
import { documentText, readFormat } from '../output/formats.ts'
import { oddsLines, playedLines } from '../output/views/simulation-view.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits, Failure } from '../shell/failure.ts'
import { note } from '../shell/terminal.ts'
import { inCluster, inFiles } from '../simulating/manifest.ts'
import { assumptions, errorRates, sceneOf, settingsOf } from '../simulating/settings.ts'
import { judgeOdds } from '../simulating/table.ts'

export class Simulate extends CanaryCommand {
  static override place = 3
  static override summary = 'Play a Canary on a clock of its own, and tell what it would come to'
  static override group = 'Prepare' as const
  static override synopsis =
    '(NAME | -f FILE) [--error-rate=PERCENT,...] [--latency=100ms] [--requests=20] [--runs=N] [--seed=1] [--table] [--noise=NOISE] [--sweep=SETTING=VALUES] [--from-history=24h] [--plot=FILE] [-o json|yaml] [options]'
  static override description =
    'Plays one run of a new version with the rules of the controller: how long it takes, when a bad version is found, and how many requests of users fail meanwhile. Versions answer as the flags say; the built-in metrics are measured on so many requests, with the scatter that so few have. Hooks say yes, other metrics are well. With --runs it plays many and tells how often each error rate is promoted, so that thresholds are chosen and not guessed. With --table it is the judge alone that is played, on as much traffic and noise as told, or as the primary had. Nothing is changed, and with -f no cluster is asked.'
  static override examples = [
    {
      description: 'How long will it take?',
      command: '<%= config.bin %> simulate -f canary.yaml',
    },
    {
      description: 'How often is a version promoted that fails that often?',
      command: '<%= config.bin %> simulate podinfo --error-rate=0.1,1,2,5 --runs=200',
    },
    {
      description: 'What does the judge tell apart at this traffic?',
      command: '<%= config.bin %> simulate podinfo --table --rps=10 --primary-error-rate=0.5',
    },
    {
      description: 'At the traffic of the last day',
      command:
        '<%= config.bin %> simulate podinfo --from-history=24h --prometheus=http://127.0.0.1:9090',
    },
    {
      description: 'A picture of a bad version',
      command: '<%= config.bin %> simulate podinfo --error-rate=5 --plot=run.svg',
    },
  ]
  static override permissions = ['get canaries.flagger.app; with -f none']
  static override exitCodes = [
    '0  promoted; with --runs: played',
    '1  error, or the spec is wrong',
    '2  wrong usage',
    '3  rolled back, or not ended after a week; with --table: a promise of the judge is not kept',
  ]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    output: outputFlag('json', 'yaml'),
    'error-rate': string({
      summary: 'Percent of the requests to the canary that fail',
      default: '0.1',
    }),
    'primary-error-rate': string({
      summary: 'Percent of the requests to the primary that fail, where a judge compares the two',
      default: '0.1',
    }),
    latency: string({ summary: '99 % of its requests take at most so long', default: '100ms' }),
    requests: integer({
      summary: 'Requests of all users in a second',
      default: 20,
      min: 0,
    }),
    'test-requests': integer({
      summary:
        'Requests of a load test in a second, to the canary; default is 10 with rollout hooks',
      min: 0,
    }),
    matching: integer({
      summary: 'Percent of the users whom an A/B test leads to the canary',
      default: 10,
      min: 0,
      max: 100,
    }),
    'pod-ready': string({ summary: 'Time until new pods are ready', default: '30s' }),
    rps: integer({ summary: 'The same as --requests', min: 0 }),
    table: boolean({
      summary:
        'Tell what the judge of the Canary would tell apart at this traffic, beside its range',
      allowNo: true,
    }),
    noise: string({
      summary:
        'How failures come, for such a table: iid, clusters:3, drift:0.25, beta:0.5, shared:0.5, bursts, outage, seesaw or avalanche',
    }),
    sweep: string({
      summary: 'Compare values of one setting of the judge, such as ratio=1.5,2,3',
    }),
    'from-history': string({
      summary: 'Take traffic, failures and noise from the last hours of the primary, such as 24h',
    }),
    prometheus: string({ summary: 'Address of that Prometheus server, as seen from here' }),
    runs: integer({ summary: 'Play so many, and tell the odds', default: 1, min: 1, max: 10_000 }),
    seed: integer({ summary: 'Equal seeds, equal requests', default: 1, min: 0 }),
    plot: string({ summary: 'Write a picture of the run (SVG) to this file' }),
  }

  async run(): Promise<number> {
    const { argv, flags, metadata } = await this.parse(Simulate)
    const { filename = [], recursive, runs } = flags
    const rates = isTable(flags) ? [] : ratesOf(flags)
    const terminal = this.terminalOf(flags)
    const rules = { wide: false, columns: false, names: false }
    const format = await readFormat(flags.output, rules, terminal.readFile)
    const requests = flags.rps ?? flags.requests
    const settings = settingsOf({ ...flags, requests })
    const manifest =
      filename.length > 0 && argv.length === 0
        ? await inFiles(filename, recursive, terminal)
        : await inCluster(readSelection(argv.map(String), flags), await this.session(flags))
    const { canary } = canaryOn(newStage(manifest, settings.podReadyMs))
    const random = seededRandom(flags.seed)
    const scripts = rates.map((rate) => ({ manifest, random, ...sceneOf(canary, rate, settings) }))
    const assumed = isTable(flags) ? [] : assumptions(canary)
    for (const text of assumed) note(terminal, text)
    const print = async (lines: readonly string[], content: object) => {
      const document = { ...headOf(canary), assumed, ...content }
      const isText = format.kind === 'text'
      terminal.out(isText ? `${lines.join('\n')}\n` : await documentText(format, document))
    }
    if (isTable(flags)) {
      const { primaryErrorRate } = settings
      const isDefault = metadata.flags['error-rate']?.setFromDefault === true
      const given = { ...flags, requests, primaryErrorRate }
      const told = isDefault ? { ...given, 'error-rate': undefined } : given
      const odds = await judgeOdds(canary, told, terminal)
      await print(odds.lines, odds.content)
      return odds.isBroken ? exits.bad : exits.done
    }
    const [script] = scripts
    if (runs > 1 || !script) {
      const odds = scripts.map((one) => oddsOf(one, runs))
      await print(oddsLines(odds), { odds })
      return exits.done
    }
    const played = play(script)
    if (flags.plot !== undefined) await writePicture(flags.plot, plot(played, canary.label))
    const { width, style } = terminal
    const { threshold } = canary.analysis
    await print(playedLines(played, { threshold, width, style }), played)
    return played.result === 'promoted' ? exits.done : exits.bad
  }
}

/** Whether the judge is asked, and not the rollout. */
function isTable(flags: {
  table: boolean
  noise?: string | undefined
  sweep?: string | undefined
  'from-history'?: string | undefined
}): boolean {
  const { table, noise, sweep } = flags
  return table || noise !== undefined || sweep !== undefined || flags['from-history'] !== undefined
}

function ratesOf(flags: {
  runs: number
  plot?: string | undefined
  'error-rate': string
}): number[] {
  const rates = errorRates(flags['error-rate'])
  if (flags.runs > 1 && flags.plot !== undefined)
    throw new UsageError('a picture is of one run: leave out --runs or --plot')
  if (flags.runs === 1 && rates.length > 1)
    throw new UsageError('one run has one error rate: give one, or --runs=200 to compare them')
  return rates
}

function headOf({ name, namespace }: Canary): object {
  const metadata = { name, namespace }
  return { apiVersion: 'cli.canary/v1', kind: 'CanarySimulation', metadata }
}

async function writePicture(file: string, text: string): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  await writeFile(file, text).catch((cause: Error) => {
    throw new Failure(`error: the picture can't be written: ${cause.message}`, {
      exit: exits.error,
      cause,
    })
  })
}

import { string as argument } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import type { Canary } from '../../src/canary/canary.ts'
import { systemClock } from '../../src/io/clock.ts'
import { seededRandom } from '../../src/sandbox/random.ts'
import { oddsOf } from '../../src/simulation/odds.ts'
import { play } from '../../src/simulation/simulate.ts'
import { readTime } from '../input/durations.ts'
import { outputFlag, selectFlags } from '../input/flag-groups.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'
import type { Terminal } from '../shell/terminal.ts'
import { playFlags } from '../simulating/flags.ts'
import { inCluster } from '../simulating/manifest.ts'
import { readMishaps } from '../simulating/mishaps.ts'
import { openingOf } from '../simulating/opening.ts'
import { print, tellOdds, tellPlayed } from '../simulating/printer.ts'
import { readRecording } from '../simulating/recording.ts'
import { assumptions, ratesOf, sceneOf, speedOf } from '../simulating/settings.ts'
import { judgeOdds } from '../simulating/table.ts'

export class Simulate extends CanaryCommand {
  static override place = 3
  static override summary = 'Play a Canary on a clock of its own, and tell what it would come to'
  static override group = 'Prepare' as const
  static override synopsis =
    '(NAME | -f FILE) [--error-rate=PERCENT,...] [--latency=100ms] [--requests=20] [--runs=N] [--seed=1] [--table] [--noise=NOISE] [--sweep=SETTING=VALUES] [--from-history=24h] [--fail-at=STEP[:CHECK]]... [--metrics=FILE] [--gate-delay=DURATION] [--speed=N] [--plot=FILE] [-o json|yaml] [options]'
  static override description =
    'Plays one run of a new version with the rules of the controller: how long it takes, when a bad version is found, and how many requests of users fail meanwhile. Versions answer as the flags say; the built-in metrics are measured on so many requests, with the scatter that so few have. Hooks say yes, other metrics are well, unless --fail-at, --gate-delay or --metrics has it otherwise. With --runs it plays many and tells how often each error rate is promoted, so that thresholds are chosen and not guessed. With --table it is the judge alone that is played, on as much traffic and noise as told, or as the primary had. Nothing is changed, and with -f no cluster is asked.'
  static override examples = [
    {
      description: 'How long will it take?',
      command: '<%= config.bin %> simulate -f canary.yaml',
    },
    {
      description: 'Two checks fail at the second step, and people take an hour to say yes',
      command: '<%= config.bin %> simulate podinfo --fail-at=2 --fail-at=2 --gate-delay=1h',
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
    ...playFlags,
    'fail-at': string({
      summary:
        'A check fails once at this step, or weight (50%): the first metric, or CHECK by its name; repeatable',
      multiple: true,
      multipleNonGreedy: true,
    }),
    metrics: string({
      summary:
        'Values of metrics from a file: CSV with the columns time and METRIC, or a JSON list of such objects',
    }),
    'gate-delay': string({ summary: 'Time until somebody opens a gate', default: '0s' }),
    speed: string({
      summary: 'Show each line when it comes, so many times as fast as the clock; 0 is at once',
      default: '0',
    }),
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
  }

  async run(): Promise<number> {
    const { argv, flags, metadata } = await this.parse(Simulate)
    const { runs } = flags
    const rates = isTable(flags) ? [] : ratesOf(flags)
    const terminal = this.terminalOf(flags)
    const requests = flags.rps ?? flags.requests
    const { format, settings, canary, manifest } = await openingOf(
      argv,
      { ...flags, requests },
      { terminal, inCluster, connect: () => this.session(flags) },
    )
    const random = seededRandom(flags.seed)
    const wanted = await wantedOf(flags, canary, terminal)
    const scripts = rates.map((rate) => ({
      ...{ manifest, random, ...wanted },
      ...sceneOf(canary, rate, settings),
    }))
    const recorded = wanted.recording?.names
    const { testsPerSecond } = settings
    const assumed = isTable(flags)
      ? []
      : assumptions(canary, { testsPerSecond, recorded, gateDelayMs: wanted.gateDelayMs })
    const playing = { terminal, format, canary, kind: 'CanarySimulation', assumed } as const
    if (isTable(flags)) {
      const { primaryErrorRate } = settings
      const isDefault = metadata.flags['error-rate']?.setFromDefault === true
      const given = { ...flags, requests, primaryErrorRate }
      const told = isDefault ? { ...given, 'error-rate': undefined } : given
      const odds = await judgeOdds(canary, told, terminal)
      await print(odds.lines, odds.content, playing)
      return odds.isBroken ? exits.bad : exits.done
    }
    const [script] = scripts
    if (runs > 1 || !script)
      return tellOdds(
        scripts.map((one) => oddsOf(one, runs)),
        playing,
      )
    const pace = { speed: speedOf(flags.speed), clock: systemClock }
    return tellPlayed(play(script), { ...playing, picture: flags.plot, pace })
  }
}

/** What is to happen that the requests alone would not bring about. Throws UsageError. */
async function wantedOf(
  flags: { 'fail-at'?: string[] | undefined; metrics?: string | undefined; 'gate-delay': string },
  canary: Canary,
  { readFile }: Pick<Terminal, 'readFile'>,
) {
  const { metrics: file } = flags
  return {
    mishaps: readMishaps(flags['fail-at'] ?? [], canary),
    gateDelayMs: readTime('--gate-delay', flags['gate-delay']),
    ...(file !== undefined && { recording: readRecording(await readFile(file), file, canary) }),
  }
}

/** Whether the judge is asked, and not the run. */
function isTable(flags: {
  table: boolean
  noise?: string | undefined
  sweep?: string | undefined
  'from-history'?: string | undefined
}): boolean {
  const { table, noise, sweep } = flags
  return table || noise !== undefined || sweep !== undefined || flags['from-history'] !== undefined
}

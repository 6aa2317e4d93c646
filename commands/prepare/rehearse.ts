import { string as argument } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { InvalidSpecError, UsageError } from '../../src/errors.ts'
import { summed } from '../../src/simulation/odds.ts'
import type { Rehearsal, Rehearsed } from '../../src/simulation/rehearsal.ts'
import { outputFlag, selectFlags } from '../input/flag-groups.ts'
import { readSelection, type SelectFlags } from '../input/selection.ts'
import { readManifests } from '../installing/read-manifests.ts'
import { clean } from '../output/clean.ts'
import { readDocumentFormat } from '../output/formats.ts'
import { probeLines } from '../output/views/runs/probes-view.ts'
import { isNow, type NowFlags } from '../rehearsing/flags.ts'
import { CanaryCommand, type GlobalValues } from '../shell/base.ts'
import { exits, Failure } from '../shell/failure.ts'
import { playFlags } from '../simulating/flags.ts'
import { inClusterWithReferences } from '../simulating/manifest.ts'
import { openingOf } from '../simulating/opening.ts'
import { print, tellOdds, tellPlayed } from '../simulating/printer.ts'
import { ratesOf, type Settings, usualTests } from '../simulating/settings.ts'

export class Rehearse extends CanaryCommand {
  static override place = 4
  static override summary = 'Play a Canary with the controller itself, on an embedded cluster'
  static override group = 'Prepare' as const
  static override synopsis =
    '(NAME | -f FILE) [--error-rate=PERCENT,...] [--latency=100ms] [--requests=20] [--runs=N] [--seed=1] [--plot=FILE] | NAME --now [--check=METRIC,...] [--against=canary|primary] [--hooks] [--alerts] [-o json|yaml] [options]'
  static override description =
    'Plays one run of a new version with the controller as it is: target, Services and routes are made on an embedded cluster in this process, whose time goes as fast as the machine can. A model of the mesh or ingress leads the users by the routes that the controller wrote, a Prometheus counts what they receive, and the queries of the Canary are put to it. Versions answer as the flags say. Hooks say yes; metrics of which nothing is counted here are taken for well, which a note tells. simulate is quicker, and knows no routes and no queries. Nothing is changed, and with -f no cluster is asked. With --now, --check or --against nothing is played: the metrics of the Canary are asked once, as they are at this moment, and value and verdict are shown; traffic, counters and phase stay as they are. Services of the cluster are asked through its API server, other servers from here.'
  static override examples = [
    {
      description: 'Canary, Deployment and MetricTemplates from a folder',
      command: '<%= config.bin %> rehearse -f deploy/ --error-rate=5',
    },
    {
      description: 'How often is a version promoted that fails that often?',
      command: '<%= config.bin %> rehearse podinfo --error-rate=0.1,1,2,5 --runs=20',
    },
    {
      description: 'Do the metrics have values at this moment?',
      command: '<%= config.bin %> rehearse podinfo --now',
    },
    {
      description: 'Is the receiver of alerts reached?',
      command: '<%= config.bin %> rehearse podinfo --alerts --yes',
    },
  ]
  static override permissions = [
    'get canaries.flagger.app, its target, templates, autoscaler and routes; with -f none:',
    'what may not be read is played by a stand-in, or taken for well',
    'with --now: get metrictemplates and secrets, get services and services/proxy, list deployments.apps;',
    'with --hooks: create services/proxy; with --alerts: get alertproviders.flagger.app',
  ]
  static override exitCodes = [
    '0  promoted; with --runs: played; with --now: all passed',
    '1  error, or the spec is wrong',
    '2  wrong usage, or confirmation needed without a terminal',
    '3  rolled back, or not ended after three times what it should take; with --now: one failed',
  ]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    output: outputFlag('json', 'yaml'),
    ...playFlags,
    'primary-latency': string({
      summary: '99 % of the requests to the primary take at most so long',
      default: '100ms',
    }),
    now: boolean({ summary: 'Ask the metrics once, now, and play nothing', allowNo: true }),
    check: string({ summary: 'As --now, these metrics alone' }),
    against: string({
      summary: 'As --now, of this workload; default is the canary in a run, else the primary',
      options: ['canary', 'primary'],
    }),
    hooks: boolean({ summary: 'As --now, and each hook is called once', allowNo: true }),
    alerts: boolean({
      summary: 'As --now, and each receiver of alerts gets a message marked TEST',
      allowNo: true,
    }),
    prometheus: string({ summary: 'With --now: address of the metrics server, as seen from here' }),
    yes: boolean({ summary: 'Do not ask', char: 'y', allowNo: true }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Rehearse)
    if (isNow(flags)) return this.#now(argv.map(String), flags)
    const { runs, seed, plot: picture } = flags
    const rates = ratesOf(flags)
    const terminal = this.terminalOf(flags)
    const { format, settings, canary, problems, manifest, around } = await openingOf(argv, flags, {
      ...{ terminal, inCluster: inClusterWithReferences },
      connect: () => this.session(flags),
    })
    const [problem] = problems
    if (problem !== undefined) throw new InvalidSpecError(problem)
    const { definitions } = await readManifests(false)
    const script = (errorRate: number, at: number): Rehearsal => ({
      ...{ canary: manifest, around, definitions, seed: seed + at },
      ...versionsOf(settings, errorRate),
      testsPerSecond: settings.testsPerSecond ?? usualTests(canary),
      signal: CanaryCommand.signal,
    })
    const playing = { terminal, format, canary, kind: 'CanaryRehearsal' } as const
    const all: Rehearsed[][] = []
    for (const rate of rates) {
      const played: Rehearsed[] = []
      for (let at = 0; at < runs; at++) played.push(await rehearsed(script(rate, at)))
      all.push(played)
    }
    const assumed = [...new Set(all.flat().flatMap((one) => one.assumed))]
    const [[first] = []] = all
    if (runs === 1 && first) return tellPlayed(first, { ...playing, assumed, picture })
    const odds = all.map((played, at) => summed(rates[at] ?? 0, played))
    return tellOdds(odds, { ...playing, assumed })
  }

  async #now(
    names: readonly string[],
    flags: NowFlags & SelectFlags & GlobalValues & { output?: string | undefined },
  ): Promise<number> {
    if ((flags.filename ?? []).length > 0)
      throw new UsageError('what is measured now is in the cluster: name a canary in place of -f')
    const terminal = this.terminalOf(flags)
    const format = await readDocumentFormat(flags.output, terminal.readFile)
    const selection = readSelection(names, flags)
    const { askNow } = await import('../rehearsing/now.ts')
    const { canary, probes, notes } = await askNow(selection, flags, await this.session(flags))
    const lines = probeLines(probes, terminal)
    const playing = { terminal, format, canary, kind: 'CanaryRehearsal', assumed: notes } as const
    await print(lines, { checks: probes }, playing)
    const isWell = probes.every(({ verdict }) => verdict === 'pass' || verdict === 'skipped')
    return isWell ? exits.done : exits.bad
  }
}

function versionsOf(settings: Settings, errorRate: number) {
  const { latencyMs, primaryErrorRate, primaryLatencyMs = latencyMs } = settings
  const { podReadyMs, usersPerSecond, matching } = settings
  return {
    primary: { errorRate: primaryErrorRate, latencyMs: primaryLatencyMs },
    fresh: { errorRate, latencyMs },
    ...{ podReadyMs, usersPerSecond, matching },
  }
}

async function rehearsed(script: Rehearsal): Promise<Rehearsed> {
  const { programs } = CanaryCommand
  if (!programs) throw new Error('the plugin was started without the controller')
  const { rehearse } = await programs.rehearsal()
  const played = await rehearse(script)
  if (!('refused' in played)) return played
  throw new Failure(`error: ${clean(played.refused)}`, { exit: exits.error })
}

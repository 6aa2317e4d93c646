import { string as argument } from '@oclif/core/args'
import { boolean, integer } from '@oclif/core/flags'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { evidenceRows } from '../../src/report/runs/evidence.ts'
import { type CanaryHistory, historyOf } from '../../src/report/runs/history.ts'
import { judgeOfRun } from '../../src/report/runs/replayed.ts'
import { canaryOf } from '../changing/changing.ts'
import { chosenIn } from '../input/chosen.ts'
import { headerFlags, outputFlag, selectFlags } from '../input/flag-groups.ts'
import { reportsText } from '../output/formats.ts'
import { evidenceLines } from '../output/views/runs/evidence-view.ts'
import {
  type HistoryOptions,
  type HistoryRow,
  historyLines,
} from '../output/views/runs/history-view.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits, Failure } from '../shell/failure.ts'
import { exitOf, tellFailures } from '../shell/failures.ts'
import type { Session } from '../shell/session.ts'
import { note } from '../shell/terminal.ts'

export class History extends CanaryCommand {
  static override place = 4
  static override meantBy = ['runs']
  static override summary = 'Show past runs: why they ended, and who did what'
  static override group = 'Look' as const
  static override synopsis =
    '[NAME...] [-l SELECTOR | --all | -A | -f FILE] [--run=N] [--evidence] [--limit=10] [-o FORMAT] [options]'
  static override description =
    'The last ten runs of each canary, newest first: the checks that failed with value, limit and error, the reason of pods that never started, and the requests that people made. FAILED counts failed checks. Without a name it shows the runs of all canaries of the namespace.'
  static override examples = [
    {
      description: "Why was yesterday's run rolled back?",
      command: '<%= config.bin %> history podinfo',
    },
    { description: 'The last runs anywhere', command: '<%= config.bin %> history -A --limit 20' },
  ]
  static override permissions = ['get, list canaries.flagger.app']
  static override exitCodes = ['0  done', '1  error, or no such run', '2  wrong usage']
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    output: outputFlag('json', 'yaml', 'name'),
    ...headerFlags,
    evidence: boolean({
      summary:
        'The looks of the judge in the last run, or in that of --run, and how sure it was after each',
      allowNo: true,
    }),
    run: integer({ summary: 'Only the run of this number', min: 1 }),
    limit: integer({ summary: 'Number of runs to show', default: 10, min: 1 }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(History)
    const chosen = await chosenIn(argv, flags, this.beginning(flags))
    if (!chosen) return exits.done
    const { selection, format, session, found, single } = chosen
    const { terminal } = session
    const looked = found.map(({ resource, failure }) =>
      resource ? historyFor(resource, flags, session) : { failure },
    )
    const histories = looked.flatMap(({ history }) => history ?? [])
    const failures = looked.flatMap(({ failure }) => failure ?? [])
    if (format.kind === 'text') {
      printTable(histories, session, {
        headers: !flags['no-headers'],
        limit: flags.limit,
        names: single ? 'none' : selection.allNamespaces ? 'namespaced' : 'name',
      })
      printEvidence(histories, session, !flags['no-headers'])
    } else terminal.out(await reportsText(format, histories, single))
    tellFailures(failures, terminal)
    return exitOf(histories.length, failures)
  }
}

type Looked =
  | { history: CanaryHistory; failure?: undefined }
  | { history?: undefined; failure: Failure | undefined }

/** The runs of one canary, or of them the one with this number. */
function historyFor(
  resource: CanaryResource,
  { run: number, evidence }: { run?: number | undefined; evidence: boolean },
  { commands }: Session,
): Looked {
  const canary = canaryOf(resource)
  const judge = judgeOfRun(canary.status, number)
  const looks = evidence ? { evidence: judge ? evidenceRows(judge) : [] } : {}
  const history = { ...historyOf(canary), ...looks }
  if (number === undefined) return { history }
  const runs = history.runs.filter(({ id }) => id === number)
  if (runs.length > 0) return { history: { ...history, runs } }
  const known = history.runs.map(({ id }) => id).join(', ')
  const there = known === '' ? 'none is on record' : `on record are: ${known}`
  const message = `error: ${commands.name(resource.metadata)} has no run ${number}; ${there}`
  return { failure: new Failure(message, { exit: exits.error }) }
}

function printTable(
  histories: readonly CanaryHistory[],
  { terminal, clock, commands }: Session,
  how: Pick<HistoryOptions, 'headers' | 'names'> & { limit: number },
): void {
  const rows = histories
    .flatMap(({ runs, metadata }) => runs.map((run): HistoryRow => ({ run, of: metadata })))
    .sort((one, other) => startOf(other) - startOf(one))
    .slice(0, how.limit)
  const { style, width } = terminal
  if (rows.length > 0)
    terminal.out(`${historyLines(rows, { ...how, style, width, now: clock.now() }).join('\n')}\n`)
  for (const { runs, metadata, source } of histories)
    if (runs.length === 0 && (source === null || rows.length === 0))
      note(
        terminal,
        source === null
          ? `${commands.name(metadata)} has no record of runs: its controller keeps none in the status`
          : `${commands.name(metadata)} has no run on record`,
      )
}

/** What was counted, below the runs; several canaries are told apart by name. */
function printEvidence(
  histories: readonly CanaryHistory[],
  { terminal, commands }: Session,
  headers: boolean,
): void {
  const { style, width } = terminal
  for (const { evidence, metadata } of histories) {
    if (!evidence) continue
    if (evidence.length === 0) {
      note(
        terminal,
        `${commands.name(metadata)} was not judged in its last run, or keeps no looks of it`,
      )
      continue
    }
    const title = histories.length > 1 ? [commands.name(metadata)] : []
    const lines = evidenceLines(evidence, { style, width, headers })
    terminal.out(`${['', ...title, ...lines].join('\n')}\n`)
  }
}

/** Runs of an unknown start come last; numbers keep those of one canary in their order. */
function startOf({ run }: HistoryRow): number {
  return Date.parse(run.startedAt ?? run.endedAt ?? '') || 0
}

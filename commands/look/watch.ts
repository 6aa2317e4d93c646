import { string as argument } from '@oclif/core/args'
import { boolean, integer, string } from '@oclif/core/flags'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { isUnderWay } from '../../src/canary/phases.ts'
import { watchRuns } from '../following/live.ts'
import { watchTable } from '../following/live-table.ts'
import { movingFirst } from '../following/moving-first.ts'
import { nothingFound } from '../following/view.ts'
import { lookedFor } from '../input/chosen.ts'
import { readTime, timeLimit } from '../input/durations.ts'
import { reportFlags, selectFlags } from '../input/flag-groups.ts'
import { createItemReader, listText } from '../input/items.ts'
import { isUnspecific, readSelection, type Selection } from '../input/selection.ts'
import { ageOf } from '../output/age.ts'
import { clean } from '../output/clean.ts'
import { hasColumn } from '../output/views/list-view.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits, Failure } from '../shell/failure.ts'
import { tellFailures } from '../shell/failures.ts'
import type { Session } from '../shell/session.ts'
import { note } from '../shell/terminal.ts'

export class Watch extends CanaryCommand {
  static override place = 3
  static override summary = 'Follow one run live, and end with its verdict'
  static override group = 'Look' as const
  static override synopsis =
    '[NAME...] [-l SELECTOR | --all | -f FILE] [-F] [--timeout=0] [--events=5] [--lines] [-o FORMAT] [options]'
  static override description =
    'Starts with the run in progress, or waits for the next one, and ends when it ends. Without a name it shows the table of the namespace until interrupted, with what moves on top. Without a terminal, and with --lines, it prints one line per change.'
  static override examples = [
    {
      description: 'Wait in a pipeline for the end of a run',
      command: '<%= config.bin %> watch podinfo -n test --timeout=30m',
    },
    { description: 'Every run from now on', command: '<%= config.bin %> watch podinfo --follow' },
  ]
  static override permissions = [
    'get, list, watch canaries.flagger.app',
    'get deployments, daemonsets, autoscalers and the kinds of the mesh; list pods and events:',
    'what may not be read is left out',
  ]
  static override exitCodes = [
    '0    the run was promoted',
    '1    error, or the canary was deleted',
    '2    wrong usage',
    '3    the run failed or was aborted',
    '4    --timeout has passed',
    '130  interrupted',
  ]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    ...reportFlags,
    follow: boolean({ summary: 'Go on with the next run', char: 'F', allowNo: true }),
    timeout: string({
      summary: 'How long to watch at most, such as 30m; 0 is for ever',
      default: '0',
    }),
    events: integer({ summary: 'Number of events to show', default: 5, min: 0 }),
    'no-pods': boolean({ summary: 'Leave out pods', allowNo: true }),
    lines: boolean({ summary: 'One line per change, also on a terminal', allowNo: true }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Watch)
    const selection = readSelection(argv.map(String), flags)
    const terminal = this.terminalOf(flags)
    const timeoutMs = readTime('--timeout', flags.timeout)
    const formats = { wide: true, columns: false }
    const chosen = await lookedFor(selection, flags.output, { ...this.beginning(flags), formats })
    const { format, session, resources, failures } = chosen
    tellFailures(failures, terminal)
    if (failures.length > 0) return exits.error
    if (isUnspecific(selection) && format.kind === 'text') {
      const table = { isDrawn: terminal.isTerminal && !flags.lines, wide: format.wide }
      const watched = { selection, resources, ...table }
      return withTimeout(session, timeoutMs, (limited) => watchAll(limited, watched))
    }
    if (resources.length === 0) {
      terminal.err(nothingFound(selection.allNamespaces, session))
      return exits.done
    }
    tellIdle(resources, session)
    const shown = { ...flags, format }
    return withTimeout(session, timeoutMs, (limited) => watchRuns(resources, limited, shown))
  }
}

interface Table {
  selection: Selection
  resources: readonly CanaryResource[]
  isDrawn: boolean
  wide: boolean
}

/** The table of the namespace, as `list --watch` shows it. */
async function watchAll(
  session: Session,
  { selection, resources, isDrawn, wide }: Table,
): Promise<number> {
  const { terminal } = session
  const shape = {
    style: terminal.style,
    wide,
    namespaces: selection.allNamespaces,
    showLabels: false,
    labelColumns: [],
    reasons: wide || (isDrawn && hasColumn(terminal.width ?? 0)),
  }
  const { reasons } = shape
  const { allNamespaces } = selection
  const read = createItemReader(session, { reasons, allNamespaces, isDrawn })
  const nothing = nothingFound(selection.allNamespaces, session)
  const text = (rows: readonly CanaryResource[], headers: boolean) =>
    rows.length === 0 && isDrawn
      ? Promise.resolve(nothing)
      : listText(rows, read, session, { ...shape, headers })
  if (!isDrawn) terminal.out(await text(resources, true))
  if (!isDrawn && resources.length === 0) terminal.err(nothing)
  const choose = async (rows: readonly CanaryResource[]) =>
    isDrawn ? movingFirst(rows, session.clock.now()) : [...rows]
  const { lacks } = read
  return watchTable(session, { selection, choose, text, lacks, isDrawn, shown: resources })
}

/** Runs something for so long; then it ends with the exit code of a timeout. */
async function withTimeout(
  session: Session,
  ms: number,
  run: (limited: Session) => Promise<number>,
): Promise<number> {
  const timeout = timeLimit(ms)
  const code = await run({ ...session, signal: AbortSignal.any([session.signal, timeout]) })
  if (code !== exits.interrupted || !timeout.aborted) return code
  throw new Failure('error: timed out waiting for the run to end', { exit: exits.timeout })
}

/** Of each that has no run, that the next one is waited for. */
function tellIdle(resources: readonly CanaryResource[], session: Session): void {
  const idle = resources.filter(({ status }) => !isUnderWay(status?.phase))
  for (const resource of idle) note(session.terminal, idleText(resource, session))
}

function idleText({ metadata, status }: CanaryResource, { commands, clock }: Session): string {
  const [last] = status?.history ?? []
  const ended = last?.endedAt ? `, its last run ended ${ageOf(last.endedAt, clock.now())} ago` : ''
  const phase = status?.phase ? ` (${clean(status.phase)}${ended})` : ''
  return `${commands.name(metadata)} has no run in progress${phase}: waiting for the next one`
}

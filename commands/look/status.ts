import { string as argument } from '@oclif/core/args'
import { boolean, integer } from '@oclif/core/flags'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { gather } from '../../src/report/reading/gather.ts'
import type { CanaryReport } from '../../src/report/report.ts'
import { gatherOptions, type LookFlags, viewOf } from '../following/view.ts'
import { chosenIn } from '../input/chosen.ts'
import { reportFlags, selectFlags } from '../input/flag-groups.ts'
import { createItemReader, listText } from '../input/items.ts'
import { isUnspecific } from '../input/selection.ts'
import { clean } from '../output/clean.ts'
import { documentText, type Format } from '../output/formats.ts'
import { hasColumn } from '../output/views/list-view.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exits } from '../shell/failure.ts'
import { exitOf, tellFailures } from '../shell/failures.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { note } from '../shell/terminal.ts'

export class Status extends CanaryCommand {
  static override place = 2
  static override meantBy = ['describe', 'logs', 'rollout', 'show']
  static override summary = 'Show a canary in full: traffic, steps, checks, pods, events'
  static override group = 'Look' as const
  static override synopsis =
    '[NAME...] [-l SELECTOR | --all | -f FILE] [-w] [--events=5] [--no-pods] [--exit-code] [-o FORMAT] [options]'
  static override description =
    'Without a name it shows the only canary of the namespace, or lists them when there are several. A terminal of 120 columns or more, or -o wide, gets the wide layout.'
  static override examples = [
    { description: 'One canary', command: '<%= config.bin %> status podinfo -n test' },
    {
      description: 'By the workload that it releases',
      command: '<%= config.bin %> status deploy/podinfo',
    },
    {
      description: 'The weight of the canary, for a script',
      command: "<%= config.bin %> status podinfo -o jsonpath='{.traffic.canary}'",
    },
  ]
  static override permissions = [
    'get, list, watch canaries.flagger.app',
    'get deployments, daemonsets, autoscalers and the kinds of the mesh; list pods and events:',
    'what may not be read is left out',
  ]
  static override exitCodes = [
    '0  the report could be made; with --exit-code: idle and well',
    '1  error',
    '2  wrong usage',
    '3  with --exit-code: failed',
    '8  with --exit-code: anything else',
  ]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    ...reportFlags,
    watch: boolean({ summary: 'Stay and show changes, as watch does', char: 'w', allowNo: true }),
    events: integer({ summary: 'Number of events to show', default: 5, min: 0 }),
    'no-pods': boolean({ summary: 'Leave out pods', allowNo: true }),
    'exit-code': boolean({ summary: 'Tell the state by the exit code', allowNo: true }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Status)
    const formats = { wide: true, columns: false }
    const chosen = await chosenIn(argv, flags, { ...this.beginning(flags), formats })
    if (!chosen) return exits.done
    const { selection, format, session, resources, failures } = chosen
    const { terminal } = session
    if (isUnspecific(selection) && resources.length > 1 && format.kind === 'text' && !flags.watch) {
      const { allNamespaces: namespaces } = selection
      await printTable(resources, session, { wide: format.wide, namespaces })
      note(terminal, 'name one of them for details')
      return exits.done
    }
    if (flags.watch) {
      const { watchRuns } = await import('../following/live.ts')
      return watchRuns(resources, session, { ...flags, format, follow: true, lines: false })
    }
    const reports = await Promise.all(
      resources.map((resource) => gather(resource, readerOf(session), gatherOptions(flags))),
    )
    const isMany = selection.named.length !== 1
    await printReports(reports, format, session, { ...flags, isMany })
    tellFailures(failures, terminal)
    const bad = exitOf(resources.length, failures)
    return bad === exits.done && flags['exit-code'] ? stateExit(reports) : bad
  }
}

async function printReports(
  reports: readonly CanaryReport[],
  format: Format,
  session: Session,
  flags: LookFlags & { isMany: boolean },
): Promise<void> {
  const { terminal } = session
  if (format.kind === 'name') {
    terminal.out(
      reports.map(({ metadata }) => `canary.flagger.app/${clean(metadata.name)}\n`).join(''),
    )
  } else if (format.kind === 'text') {
    const options = {
      wide: format.wide,
      events: flags.events,
      pods: !flags['no-pods'],
      maxPods: terminal.isTerminal ? 20 : Number.POSITIVE_INFINITY,
    }
    const blocks = reports.map((report) => `${viewOf(report, session, options).join('\n')}\n`)
    terminal.out(blocks.join('\n'))
  } else if (flags.isMany) {
    terminal.out(await documentText(format, { apiVersion: 'v1', items: reports, kind: 'List' }))
  } else if (reports[0]) terminal.out(await documentText(format, reports[0]))
}

async function printTable(
  resources: readonly CanaryResource[],
  session: Session,
  { wide, namespaces }: { wide: boolean; namespaces: boolean },
): Promise<void> {
  const { terminal } = session
  const reasons = wide || hasColumn(terminal.width ?? 0)
  const read = createItemReader(session, { reasons, allNamespaces: namespaces, isDrawn: false })
  const shape = { style: terminal.style, wide, namespaces, reasons }
  const plain = { headers: true, showLabels: false, labelColumns: [] }
  terminal.out(await listText(resources, read, session, { ...shape, ...plain }))
}

function stateExit(reports: readonly CanaryReport[]): number {
  if (reports.some(({ health }) => health === 'failed')) return exits.bad
  return reports.every(({ health }) => health === 'idle') ? exits.done : exits.inProgress
}

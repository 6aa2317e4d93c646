/** How `status` and `watch` look at a canary. */
import type { CanaryReport } from '../../src/report/report.ts'
import { clean } from '../output/clean.ts'
import { statusLines } from '../output/views/status/status-view.ts'
import type { Session } from '../shell/session.ts'

export interface LookFlags {
  events: number
  'no-pods': boolean
}

/** What `gather` has to read for the view. */
export function gatherOptions(flags: LookFlags) {
  return { full: true, events: flags.events, pods: !flags['no-pods'] }
}

/** What kubectl prints where there is nothing. */
export function nothingFound(everywhere: boolean, { namespace }: Session): string {
  return everywhere
    ? 'No resources found\n'
    : `No resources found in ${clean(namespace)} namespace.\n`
}

/** The lines that `status` prints of one report. */
export function viewOf(
  report: CanaryReport,
  { terminal, clock, commands, context }: Session,
  {
    wide,
    events,
    pods,
    maxPods,
  }: { wide: boolean; events: number; pods: boolean; maxPods: number },
): string[] {
  return statusLines(report, {
    style: terminal.style,
    now: clock.now(),
    width: terminal.width,
    wide,
    commands,
    context,
    events,
    pods,
    maxPods,
  })
}

/** Asking before damage is done. */
import type { CanaryReport } from '../../src/report/report.ts'
import { type Change, changeName } from '../changing/change.ts'
import { clean } from '../output/clean.ts'
import { changeText, shortRevision } from '../output/views/facts.ts'
import { exits, Failure } from './failure.ts'
import type { Session } from './session.ts'

/** Asks on stderr, and goes on only with a yes; `lines` say what would happen. */
export async function confirm(
  lines: readonly string[],
  question: string,
  change: Change,
  { terminal, signal, allowance }: Session,
): Promise<void> {
  if (!terminal.canAsk)
    throw new Failure(
      `error: ${changeName(change)} needs confirmation; pass --yes to run it without a terminal`,
      { exit: exits.usage },
    )
  terminal.err(`${lines.join('\n')}\n`)
  const answer = await terminal.ask(`${question} [y/N]: `)
  allowance?.restart()
  if (signal.aborted) throw new Failure('canceled', { exit: exits.interrupted })
  if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new Failure('canceled', { exit: exits.error })
}

/** What the prompt says about one canary. */
export function promptLines(
  report: CanaryReport,
  change: Change,
  context: string | undefined,
): string[] {
  const { name, namespace } = report.metadata
  const word = change.question.replace('?', '')
  const now = change.verb === 'promote' ? ' now' : ''
  const where = context ? ` in context ${clean(context)}` : ''
  const images = changeText(report.revision.images)
  const revision = report.revision.current
  return [
    `${word} ${clean(namespace)}/${clean(name)}${where}${now}?`,
    ...(images ? [`  ${images}${revision ? `   revision ${shortRevision(revision)}` : ''}`] : []),
    ...(report.health === 'idle'
      ? [`  ${report.phase}, no run in progress`]
      : [
          `  ${stateText(report)}, ${report.checks.failed} of ${report.checks.threshold} checks failed`,
        ]),
    ...lossLines(report, change).map((line) => `  ${line}`),
  ]
}

/** What the prompt says about several canaries. */
export function promptForMany(
  reports: readonly CanaryReport[],
  change: Change,
  context: string | undefined,
): string[] {
  const word = change.question.replace('?', '')
  const where = context ? ` in context ${clean(context)}` : ''
  return [
    `${word} ${reports.length} ${reports.length === 1 ? 'canary' : 'canaries'}${where}?`,
    ...reports.map((report) => {
      const { name, namespace } = report.metadata
      const images = changeText(report.revision.images)
      return `  ${clean(namespace)}/${clean(name)}   ${stateText(report)}${images ? `   ${images}` : ''}`
    }),
  ]
}

function stateText({ phase, traffic }: CanaryReport): string {
  return phase === 'Progressing' ? `now at weight ${traffic.canary}` : phase || 'no phase yet'
}

function lossLines(report: CanaryReport, { verb, mode, fields }: Change): string[] {
  if (verb === 'promote')
    return mode === 'full'
      ? [skippedText(report)]
      : ['the checks of the steps in between are not run']
  if (verb === 'skip-analysis')
    return [
      mode === 'always'
        ? 'this run and every run to come is promoted without checks'
        : 'the run in progress, or the next one, is promoted without checks',
      ...(report.phase === 'Waiting'
        ? ['its start is still to be approved: promote does that']
        : []),
    ]
  if (verb === 'restart')
    return [
      report.health === 'idle'
        ? 'a run of the target as it is begins, with all its checks'
        : 'traffic to the primary, counters to zero; the run begins again',
    ]
  if (verb !== 'reset') return []
  const then = fields.hold
    ? 'nothing starts until the target changes'
    : 'then a new run, if the target differs'
  return [`traffic to the primary, counters to zero; ${then}`]
}

/** What a full promotion leaves out. */
function skippedText({ progress, checks }: CanaryReport): string {
  const steps = (progress.steps ?? 0) - (progress.step ?? 0)
  const gates = checks.items.filter(
    ({ type, ok }) => type.startsWith('confirm-') && type !== 'confirm-rollout' && ok !== true,
  ).length
  const parts = [
    ...(steps > 0 ? [`${steps} traffic ${steps === 1 ? 'step' : 'steps'}`] : []),
    ...(gates > 0 ? [`${gates} ${gates === 1 ? 'gate' : 'gates'}`] : []),
  ]
  return `skips ${parts.length > 0 ? `${parts.join(', ')} and ` : ''}all remaining checks`
}

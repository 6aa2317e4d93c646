/** Asking before damage is done. */
import type { CanaryReport } from '../../src/report/report.ts'
import type { RunAtHand } from '../../src/requests/verb.ts'
import { askedOf, type Change, changeName, commandOf } from '../changing/change.ts'
import { clean } from '../output/clean.ts'
import { changeText, shortRevision } from '../output/views/images.ts'
import { exits, Failure } from './failure.ts'
import type { Session } from './session.ts'

/** Asks on stderr, and goes on only with a yes; `lines` say what would happen. */
export async function confirm(
  lines: readonly string[],
  question: string,
  change: Change,
  session: Session,
): Promise<void> {
  return confirmAs(changeName(change), lines, question, session)
}

/** The same for what is no request: `what` is called by this name. */
export async function confirmAs(
  what: string,
  lines: readonly string[],
  question: string,
  session: Session,
): Promise<void> {
  if (!session.terminal.canAsk)
    throw new Failure(
      `error: ${what} needs confirmation; pass --yes to run it without a terminal`,
      { exit: exits.usage },
    )
  const answer = await askFor(lines, `${question} [y/N]: `, session)
  if (!/^y(es)?$/i.test(answer)) throw new Failure('canceled', { exit: exits.error })
}

/** Shows the lines and a question, and gives the answer without the blanks around it. */
export async function askFor(
  lines: readonly string[],
  question: string,
  { terminal, signal, allowance }: Session,
): Promise<string> {
  terminal.err(`${lines.join('\n')}\n`)
  const answer = await terminal.ask(question)
  allowance?.restart()
  if (signal.aborted) throw new Failure('canceled', { exit: exits.interrupted })
  return answer?.trim() ?? ''
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
  const losses = commandOf(change).losses?.(askedOf(change), runAtHand(report)) ?? []
  return [
    `${word} ${clean(namespace)}/${clean(name)}${where}${now}?`,
    ...(images ? [`  ${images}${revision ? `   revision ${shortRevision(revision)}` : ''}`] : []),
    ...(report.health === 'idle'
      ? [`  ${report.phase}, no run in progress`]
      : [
          `  ${stateText(report)}, ${report.checks.failed} of ${report.checks.threshold} checks failed`,
        ]),
    ...losses.map((line) => `  ${line}`),
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

/** The run as the rows of requests look at it. */
function runAtHand({ phase, health, progress, checks }: CanaryReport): RunAtHand {
  const gates = checks.items.filter(
    ({ type, ok }) => type.startsWith('confirm-') && type !== 'confirm-rollout' && ok !== true,
  )
  return {
    phase,
    isIdle: health === 'idle',
    stepsLeft: (progress.steps ?? 0) - (progress.step ?? 0),
    gatesLeft: gates.length,
  }
}

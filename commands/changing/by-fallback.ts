/** A change by other means than a request: for Flagger, which reads none, and for the spec. */

import { formatDuration, shortDuration } from '../../src/canary/duration.ts'
import type { ControllerIdentity } from '../../src/canary/names/controller-identity.ts'
import { dry, label, type Task } from '../following/task.ts'
import { clean } from '../output/clean.ts'
import { exits, Failure } from '../shell/failure.ts'
import { confirm } from '../shell/prompt.ts'
import { fallbackOf, type Way } from './fallback.ts'
import { ownerOf } from './gitops.ts'
import { newOutcome, type Outcome } from './outcome.ts'

/** Sends it; throws Failure where there is no such way. */
export async function byFallback(task: Task, controller: ControllerIdentity): Promise<Outcome> {
  const { canary, change, options, session } = task
  const fallback = fallbackOf(change, canary, session)
  if (!fallback)
    throw new Failure(
      `error: ${label(canary)} is handled by Flagger, which has no way to do this`,
      { exit: exits.rejected },
    )
  await warnOfFallback(task, fallback, controller)
  const outcome: Outcome = { ...newOutcome(task.canary, 'spec'), message: fallback.what }
  if (options.dryRun === 'client') return dry({ ...outcome, said: fallback.done }, task)
  const how = {
    fieldManager: options.fieldManager,
    dryRun: options.dryRun === 'server',
    signal: session.signal,
  }
  await fallback.send(how)
  if (options.dryRun === 'server') return dry({ ...outcome, said: fallback.done }, task)
  const { undo, isAtNextTick } = fallback
  const told = undo
    ? [
        `note: put it back when the run has ended: ${undo} (${session.commands.plugin('skip-analysis', canary, '--off')})`,
      ]
    : isAtNextTick
      ? [
          `note: the roll back comes with the next tick of Flagger, within ${shortDuration(formatDuration(canary.analysis.intervalMs))}`,
        ]
      : []
  return { ...outcome, said: fallback.done, told }
}

async function warnOfFallback(
  { canary, change, options, session }: Task,
  { what, isHarmless, isPlain }: Way,
  { upstream }: ControllerIdentity,
): Promise<void> {
  if (isPlain) return
  const { terminal } = session
  const owner = ownerOf(canary.metadata)
  const spec = what.startsWith('spec.')
  const lines = [
    ...(upstream
      ? [
          `warning: ${label(canary)} is handled by Flagger, which does not read requests`,
          `  the same can be done ${spec ? 'in the object itself' : 'in another way'}: ${what}`,
        ]
      : [`warning: this changes ${what} of ${label(canary)}`]),
    ...(owner && spec ? [`  managed by ${clean(owner)}: it may be reverted`] : []),
  ]
  const asks = upstream && !isHarmless && !options.yes && options.dryRun === 'none'
  if (asks) await confirm(lines, `Change ${what.split(':')[0]}?`, change, session)
  else terminal.err(`${lines.join('\n')}\n`)
}

/** Has the run that follows promoted without checks: the same as `skip-analysis --once`. */
import type { Canary } from '../../src/canary/canary.ts'
import { changeOf } from '../changing/change.ts'
import { changeOne } from '../changing/changing.ts'
import { exits, Failure } from '../shell/failure.ts'
import type { Session } from '../shell/session.ts'
import { whoAmI } from '../shell/who-am-i.ts'

const ackTimeoutMs = 15_000

/** Rejects with a Failure where nobody will: then the run must not begin. */
export async function skipNextRun(
  canary: Canary,
  session: Session,
  of: { fieldManager: string; dryRun: string; reason: string | undefined },
): Promise<void> {
  const options = {
    dryRun: of.dryRun === 'server' ? ('server' as const) : ('none' as const),
    fieldManager: of.fieldManager,
    reason: of.reason,
    revision: undefined,
    via: 'auto' as const,
    ackTimeoutMs,
    yes: true,
  }
  const change = changeOf('skip-analysis', { mode: 'once' })
  const by = await whoAmI(session)
  const { exit, told, message } = await changeOne({ canary, change, session, options, by })
  if (exit === exits.done) return
  const name = session.commands.name(canary)
  throw new Failure(`error: ${name} was not undone: its checks can't be skipped: ${message}`, {
    ...{ exit, hints: told.map((line) => line.trim()) },
  })
}

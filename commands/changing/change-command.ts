/** What all changing commands share: from words and flags to outcomes and the exit code. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { KubeError, UsageError } from '../../src/errors.ts'
import { gather } from '../../src/report/reading/gather.ts'
import type { ChangeOptions } from '../following/task.ts'
import { type Chosen, chosenBy } from '../input/chosen.ts'
import { readTime } from '../input/durations.ts'
import type { Found } from '../input/find-canaries.ts'
import { readSelection, requireSelection, type SelectFlags } from '../input/selection.ts'
import { clean } from '../output/clean.ts'
import { documentText, type Format } from '../output/formats.ts'
import { CanaryCommand, type GlobalValues } from '../shell/base.ts'
import { exitOfSeveral, exits, Failure, failureOf } from '../shell/failure.ts'
import { tellFailures } from '../shell/failures.ts'
import { confirm, promptForMany, promptLines } from '../shell/prompt.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { whoAmI } from '../shell/who-am-i.ts'
import { askedOf, type Change, commandOf } from './change.ts'
import { canaryOf, changeOne, judged } from './changing.ts'
import { actionOf, type Outcome } from './outcome.ts'

export interface ChangeFlags extends GlobalValues, SelectFlags {
  output?: string | undefined
  'dry-run': string
  'field-manager': string
  reason?: string | undefined
  revision?: string | undefined
  yes: boolean
  via: string
  'ack-timeout': string
  wait?: boolean
  timeout?: string
}

/** Exit codes and permissions that every changing command has. */
export const changeExitCodes = [
  '0  accepted, or already so',
  '1  error, or answered no',
  '2  wrong usage, or confirmation needed without a terminal',
  '5  no controller answered; the request stays on the object',
  '6  rejected: wrong state, or another revision',
]
export const waitExitCodes = ['3  with --wait: the run failed', '4  with --wait: timed out']
export const changePermissions = [
  'get, list, watch, patch canaries.flagger.app',
  'for a Flagger controller also: patch canaries/status, create services/proxy',
]

/** A command that asks the controller for something. */
export abstract class ChangeCommand extends CanaryCommand {
  static override group = 'Act' as const
  static override permissions = changePermissions

  protected async change(
    words: readonly string[],
    flags: ChangeFlags,
    change: Change,
  ): Promise<number> {
    const selection = readSelection(words, flags)
    requireSelection(selection)
    const nothing = flags.wait ? commandOf(change).noWait?.(askedOf(change)) : undefined
    if (nothing !== undefined) throw new UsageError(nothing)
    const options = optionsOf(flags)
    const timeoutMs = readTime('--timeout', flags.timeout ?? '0')
    const chosen = await chosenBy(selection, flags.output, this.beginning(flags))
    if (!chosen) return exits.done
    const { found, session } = chosen
    const many = found.length > 1 || selection.all || selection.selector !== undefined
    const code = await changeAll(chosen, change, { options, many })
    if (!flags.wait || code !== exits.done || options.dryRun !== 'none') return code
    const { awaitEnds } = await import('./await-end.ts')
    return awaitEnds(found, change, session, timeoutMs)
  }
}

/** All at the same time, after one question for all of them; what came of each is told. */
async function changeAll(
  { found, session, format }: Chosen,
  change: Change,
  { options, many }: { options: ChangeOptions; many: boolean },
): Promise<number> {
  const [asked, by] = await Promise.all([
    ask(found, change, { session, options, many }),
    whoAmI(session),
  ])
  const task = { change, session, options: { ...options, yes: options.yes || asked }, by }
  const settled = await Promise.all(found.map((one) => settle(one, task)))
  await print(settled, change, format, { session, single: !many })
  return exitOfSeveral(settled.map((one) => one.exit))
}

function optionsOf(flags: ChangeFlags): ChangeOptions {
  return {
    // oclif has checked the two against their options.
    dryRun: flags['dry-run'] as ChangeOptions['dryRun'],
    via: flags.via as ChangeOptions['via'],
    fieldManager: flags['field-manager'],
    reason: flags.reason,
    revision: flags.revision,
    ackTimeoutMs: readTime('--ack-timeout', flags['ack-timeout']),
    yes: flags.yes,
  }
}

/** Asks once, for all, and tells whether it did; not where the answer would change nothing. */
async function ask(
  found: readonly Found[],
  change: Change,
  { session, options, many }: { session: Session; options: ChangeOptions; many: boolean },
): Promise<boolean> {
  if (options.yes || options.dryRun !== 'none' || (!many && !change.asksForOne)) return false
  const resources = found.flatMap(({ resource }) => resource ?? [])
  const goes = await Promise.all(resources.map((resource) => isGo(resource, change, session)))
  const affected = resources.filter((_, at) => goes[at])
  if (affected.length === 0) return false
  const row = { full: false, events: 0, pods: false }
  const reports = await Promise.all(
    affected.map((resource) => gather(resource, readerOf(session), row)),
  )
  const [only] = reports
  const lines =
    !many && only
      ? promptLines(only, change, session.context)
      : promptForMany(reports, change, session.context)
  await confirm(lines, change.question, change, session)
  return true
}

async function isGo(resource: CanaryResource, change: Change, session: Session): Promise<boolean> {
  try {
    return (await judged({ canary: canaryOf(resource), change, session })).kind === 'go'
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}

type Settled =
  | { outcome: Outcome; failure?: undefined; exit: number }
  | { outcome?: undefined; failure: Failure; exit: number }

async function settle(
  { resource, failure }: Found,
  task: { change: Change; session: Session; options: ChangeOptions; by: string | undefined },
): Promise<Settled> {
  if (failure) return { failure, exit: failure.exit }
  try {
    const outcome = await changeOne({ ...task, canary: canaryOf(resource) })
    return { outcome, exit: outcome.exit }
  } catch (error) {
    const known = asFailure(error)
    if (known) return { failure: known, exit: known.exit }
    throw error
  }
}

function asFailure(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error.exit === exits.interrupted ? undefined : error
  if (!(error instanceof KubeError) || error.status === 0) return undefined
  return failureOf(error)
}

async function print(
  settled: readonly Settled[],
  change: Change,
  format: Format,
  { session, single }: { session: Session; single: boolean },
): Promise<void> {
  const { terminal } = session
  const outcomes = settled.flatMap(({ outcome }) => outcome ?? [])
  if (format.kind === 'name') {
    const accepted = outcomes.filter(({ outcome }) => outcome !== 'rejected')
    terminal.out(accepted.map(({ name }) => `canary.flagger.app/${clean(name)}\n`).join(''))
  } else if (format.kind !== 'text' && outcomes.length > 0) {
    const actions = outcomes.map((outcome) => actionOf(outcome, change))
    const document = single ? actions[0] : { apiVersion: 'v1', items: actions, kind: 'List' }
    terminal.out(await documentText(format, document))
  }
  for (const { outcome, failure } of settled) {
    if (failure) tellFailures([failure], terminal)
    else tellOutcome(outcome, session, format.kind === 'text')
  }
}

function tellOutcome(
  { name, namespace, said, told, exit }: Outcome,
  { terminal, commands }: Session,
  isText: boolean,
): void {
  if (isText && said) terminal.out(`${commands.name({ name, namespace })} ${said}\n`)
  // Hints of success are for people; trouble is told beside any document.
  if (told.length > 0 && (isText || exit !== exits.done)) terminal.err(`${told.join('\n')}\n`)
}

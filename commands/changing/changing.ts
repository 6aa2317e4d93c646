/** Carries out a change on one or several canaries: judge, ask, send, wait for the answer, tell. */

import { randomUUID } from 'node:crypto'
import type { CanaryResource, RequestAnswer } from '../../src/canary/api.gen.ts'
import type { Canary } from '../../src/canary/canary.ts'
import { formatDuration, shortDuration } from '../../src/canary/duration.ts'
import { controllerOf } from '../../src/canary/names/controller-identity.ts'
import { revisionAtHand } from '../../src/canary/revision.ts'
import { KubeError } from '../../src/errors.ts'
import { refOf } from '../../src/objects.ts'
import { asHandled, handledCanary } from '../../src/report/as-handled.ts'
import { lifeReader } from '../../src/report/reading/lease.ts'
import { permitted } from '../../src/report/reading/permitted.ts'
import { readByHand } from '../../src/report/reading/routes.ts'
import { summarize } from '../../src/report/summary.ts'
import type { RequestFields } from '../../src/requests/fields.ts'
import { isAnalysed } from '../../src/requests/fit.ts'
import { annotationOf, clearPatch, readRequests, writeRequest } from '../../src/requests/request.ts'
import { stamp } from '../../src/stamp.ts'
import { dry, label, type Task } from '../following/task.ts'
import { ageOf } from '../output/age.ts'
import { clean } from '../output/clean.ts'
import { exits, Failure } from '../shell/failure.ts'
import { readerOf } from '../shell/reader.ts'
import { note, warn } from '../shell/terminal.ts'
import { awaitAnswer } from './acknowledge.ts'
import { byFallback } from './by-fallback.ts'
import { commandOf, sendingOf } from './change.ts'
import { isTakenOverByFlux } from './gitops.ts'
import { type Judgement, judge } from './judge.ts'
import { newOutcome, type Outcome } from './outcome.ts'
import { isPrimaryGone } from './primary.ts'
import { afterAbort, doneWords, manualAbort, requestedWords, silenceLines } from './result-words.ts'

const maxTries = 5

/** The Canary as its controller reads it. */
export function canaryOf(resource: CanaryResource): Canary {
  return handledCanary(resource)
}

/** Judges a change as things stand; throws Failure (exit 6) for one that cannot be. */
export async function judged(
  task: Pick<Task, 'canary' | 'change' | 'session'>,
): Promise<Judgement> {
  const { canary, change, session } = task
  const summary = summarize(canary, session.clock.now())
  const { commands } = session
  const command = (verb: string, ...words: string[]) => commands.plugin(verb, canary, ...words)
  const at = { canary, change, summary, command }
  const first = judge(at)
  const isLost = first.kind === 'no' && (await isPrimaryGone(canary, session))
  const judgement = isLost ? judge({ ...at, isPrimaryGone: true }) : first
  if (judgement.kind === 'no')
    throw new Failure(
      canary.metadata.deletionTimestamp
        ? `error: ${commands.name(canary)} is being deleted`
        : `error: ${commands.name(canary)} cannot be ${commandOf(change).participle}: ${clean(judgement.why)}`,
      { exit: exits.rejected, hints: judgement.hints },
    )
  return judgement
}

/** Changes one canary; questions that concern all of them have been asked before. */
export async function changeOne(task: Task): Promise<Outcome> {
  for (let tries = 1; ; tries++) {
    const judgement = await judged(task)
    if (judgement.kind === 'same') return unchanged(task, judgement.why)
    try {
      return await sent(task)
    } catch (error) {
      if (!(error instanceof KubeError) || error.status !== 409) throw error
      if (tries === maxTries)
        throw new Failure(`Error from server (Conflict): ${error.message}`, {
          exit: exits.error,
          hints: ['someone else is changing this canary; look again with status'],
        })
      task = { ...task, canary: await reread(task) }
    }
  }
}

async function reread({ canary, session }: Task): Promise<Canary> {
  const found = await session.kube.get<CanaryResource>(refOf(canary.resource), session.signal)
  if (found) return canaryOf(found)
  throw new Failure(
    `Error from server (NotFound): canaries.flagger.app "${canary.name}" not found`,
    {
      exit: exits.error,
    },
  )
}

async function sent(task: Task): Promise<Outcome> {
  const { canary, change, options, session } = task
  const controller = controllerOf(canary)
  const { verb } = change
  const sending = sendingOf(change, canary)
  const bySpec = options.via === 'spec' || sending === 'spec'
  if (bySpec || (options.via === 'auto' && controller.upstream)) return byFallback(task, controller)
  if (sending === 'request' && controller.verbs.length > 0 && !controller.verbs.includes(verb))
    throw new Failure(
      `error: ${clean(controller.name ?? 'the controller')} ${clean(controller.version ?? '')} does not know "${verb}"; it needs a later version`,
      { exit: exits.rejected },
    )
  if (controller.upstream === null && options.dryRun === 'none')
    note(session.terminal, `it is not known which controller handles ${label(canary)}`)
  return byAnnotation(task)
}

async function byAnnotation(task: Task): Promise<Outcome> {
  const { canary, change, options, session } = task
  const request = requestOf(task)
  const annotations = request
    ? writeRequest(change.verb, request)
    : clearPatch([annotationOf(change.verb)]).metadata.annotations
  tellBefore(task)
  // The emergency brake must never lose a race.
  const { resourceVersion } = canary.metadata
  const guard = commandOf(change).isBrake || !resourceVersion ? {} : { resourceVersion }
  const outcome = { ...newOutcome(task.canary, 'annotation'), request }
  if (options.dryRun === 'client') return dry(outcome, task)
  const patched = await session.kube.patch<CanaryResource>(
    refOf(canary.resource),
    { metadata: { ...guard, annotations } },
    {
      type: 'merge',
      fieldManager: options.fieldManager,
      dryRun: options.dryRun === 'server',
      signal: session.signal,
    },
  )
  if (options.dryRun === 'server') return dry(outcome, task)
  if (options.ackTimeoutMs === 0)
    return { ...outcome, outcome: 'unacknowledged', said: requestedWords(change), message: 'sent' }
  const answer = await awaitAnswer(patched, {
    session,
    verb: request && change.verb,
    id: request?.id,
    timeoutMs: options.ackTimeoutMs,
  })
  return answered(task, outcome, answer)
}

async function answered(
  task: Task,
  outcome: Outcome,
  answer: RequestAnswer | undefined,
): Promise<Outcome> {
  const { change, canary, session } = task
  if (!answer) return unanswered(task, outcome)
  const message = clean(answer.message ?? answer.result)
  if (answer.result === 'accepted' && commandOf(change).isBrake)
    return {
      ...outcome,
      said: `${requestedWords(change)}, and waits`,
      message,
      told: [`  ${message}`, `  at once all the same: ${forced(task)}`],
    }
  if (answer.result === 'accepted' || answer.result === 'done')
    return {
      ...outcome,
      said: doneWords(change, canary, await afterwards(task)),
      message,
      told: commandOf(change).isBrake ? afterAbort(canary, session.commands) : [],
    }
  if (answer.result === 'unchanged')
    return { ...outcome, outcome: 'unchanged', said: `unchanged (${message})`, message }
  return {
    ...outcome,
    outcome: 'rejected',
    exit: exits.rejected,
    message,
    told: [
      `error: ${session.commands.name(canary)} cannot be ${commandOf(change).participle}: the request was ${answer.result}`,
      `  ${message}`,
      ...(await leverOf(task)),
    ],
  }
}

/** The Canary with the answer in it, where words need it; what can't be read undoes nothing. */
async function afterwards(task: Task): Promise<Canary | undefined> {
  if (!commandOf(task.change).looksAfter) return undefined
  try {
    return await reread(task)
  } catch (error) {
    if (error instanceof KubeError || error instanceof Failure) return undefined
    throw error
  }
}

/** A brake that waits stays on the object; who asks again with this waits for nothing. */
function forced({ change, canary, session }: Task): string {
  return session.commands.plugin(change.verb, canary, '--force')
}

/** Where the controller may not pull the brake, a person still can, while users are on the canary. */
async function leverOf(task: Task): Promise<string[]> {
  const { canary, change, session } = task
  const { phase } = canary.status
  if (!commandOf(change).isBrake || phase === undefined || !isAnalysed(phase)) return []
  const byHand = await readLever(task)
  return byHand?.length ? [`  ${manualAbort(canary, session.commands, byHand)}`] : []
}

/** What moves the traffic, in words for kubectl; undefined where it can't be read, which stops nothing. */
function readLever({ canary, session }: Task): Promise<string[][] | undefined> {
  const reader = permitted(readerOf(session))
  return readByHand(asHandled(canary.resource), reader).catch(() => undefined)
}

async function unanswered(task: Task, outcome: Outcome): Promise<Outcome> {
  const { change, canary, session, options } = task
  const handled = asHandled(canary.resource)
  const reader = readerOf(session)
  const life = await lifeReader(reader)(handled.settings.lease)
  const byHand = commandOf(change).isBrake ? await readLever(task) : undefined
  const time = shortDuration(formatDuration(options.ackTimeoutMs))
  return {
    ...outcome,
    outcome: 'unacknowledged',
    exit: exits.unacknowledged,
    said: requestedWords(change),
    message: `no controller answered within ${time}`,
    told: silenceLines(change, canary, {
      time,
      now: session.clock.now(),
      commands: session.commands,
      life,
      byHand,
    }),
  }
}

function unchanged(task: Task, why: string): Outcome {
  const outcome = newOutcome(task.canary, 'annotation')
  return { ...outcome, outcome: 'unchanged', said: `unchanged (${why})`, message: why }
}

function requestOf({ change, options, session, canary, by }: Task): RequestFields | undefined {
  if (sendingOf(change, canary) !== 'request') return undefined
  const seen = change.anyRevision ? undefined : revisionAtHand(canary.status)
  const revision = options.revision ?? seen
  return {
    id: randomUUID(),
    at: stamp(session.clock.now()),
    ...(by !== undefined && { by }),
    ...(options.reason !== undefined && { reason: options.reason }),
    ...(revision && { revision }),
    ...change.fields,
  }
}

function tellBefore({ canary, change, options, session }: Task): void {
  const { terminal, clock } = session
  const pending =
    sendingOf(change, canary) === 'request'
      ? readRequests(canary.metadata.annotations).find(({ verb }) => verb === change.verb)
      : undefined
  if (pending && pending.id !== canary.status.requests?.[pending.verb]?.id) {
    const by = pending.by ? ` by ${clean(pending.by)}` : ''
    const age = pending.at ? `, ${ageOf(pending.at, clock.now())} old` : ''
    note(terminal, `replaces a ${pending.verb} request${by}${age}`)
  }
  if (isTakenOverByFlux(options.fieldManager, canary.metadata))
    warn(terminal, `Flux removes fields of the manager "${options.fieldManager}" at its next sync`)
}

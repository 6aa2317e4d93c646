/** Waits until conditions are met, one canary beside the other. */

import type { CanaryResource } from '../../src/canary/api.gen.ts'
import type { KubeError } from '../../src/errors.ts'
import { pause } from '../../src/io/deadline.ts'
import { asHandled, handledCanary } from '../../src/report/as-handled.ts'
import { gather } from '../../src/report/reading/gather.ts'
import { permitted } from '../../src/report/reading/permitted.ts'
import { missingTarget, readRevisions } from '../../src/report/reading/revisions.ts'
import type { CanaryReport } from '../../src/report/report.ts'
import type { Condition } from '../../src/report/wait/condition.ts'
import { type Judgement, judgeCondition, stateText } from '../../src/report/wait/judge.ts'
import { longestRunSeconds } from '../../src/report/wait/limit.ts'
import { choose } from '../input/choose.ts'
import { timeLimit } from '../input/durations.ts'
import type { Found } from '../input/find-canaries.ts'
import type { Selection } from '../input/selection.ts'
import { spanText } from '../output/age.ts'
import { clean } from '../output/clean.ts'
import { type Format, reportsText } from '../output/formats.ts'
import { exitOfSeveral, exits, Failure } from '../shell/failure.ts'
import { tellFailures } from '../shell/failures.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { note, type Terminal, warn } from '../shell/terminal.ts'
import { followCanary, patiently } from './follow.ts'
import { nothingFound } from './view.ts'

export interface WaitOptions {
  selection: Selection
  conditions: readonly Condition[]
  /** Absent is as long as a run may take; 0 is for ever. */
  timeoutMs: number | undefined
  quiet: boolean
  format: Format
}

/** Answers the exit code. */
export async function awaitConditions(session: Session, of: WaitOptions): Promise<number> {
  const { terminal } = session
  session.allowance?.lift()
  const stop = new AbortController()
  const found = await findAll(session, of)
  if (found.length === 0) {
    terminal.err(nothingFound(of.selection.allNamespaces, session))
    return exits.done
  }
  const resources = found.flatMap(({ resource }) => resource ?? [])
  const limitMs = of.timeoutMs ?? usualLimitMs(resources)
  const timeout = timeLimit(limitMs)
  const signal = AbortSignal.any([timeout, session.signal, stop.signal])
  const quietly = { ...session, signal }
  const tellLimit = once(() => {
    if (!of.quiet && limitMs > 0) note(terminal, `waiting up to ${spanText(limitMs / 1000)}`)
  })
  const ended = await Promise.all(
    found.map(async ({ resource, failure }): Promise<Ended> => {
      if (!resource) return { failure }
      try {
        return await awaitOne(resource, quietly, { ...of, tellLimit })
      } catch (error) {
        if (error instanceof Failure) return { failure: error }
        throw error
      }
    }),
  )
  if (session.signal.aborted) return exits.interrupted
  await print(ended, session, of)
  return exitOfSeveral(ended.map(({ failure }) => failure?.exit ?? exits.done))
}

interface Ended {
  resource?: CanaryResource
  /** Behind the name of the canary; absent where it failed. */
  said?: string
  failure?: Failure | undefined
}

function once<T extends unknown[]>(act: (...of: T) => void): (...of: T) => void {
  let isDone = false
  return (...of) => {
    if (!isDone) act(...of)
    isDone = true
  }
}

function usualLimitMs(resources: readonly CanaryResource[]): number {
  const seconds = resources.map((resource) => longestRunSeconds(handledCanary(resource)))
  return Math.max(300, ...seconds) * 1000
}

/** With `create` first, as soon as all of them are there. */
async function findAll(session: Session, of: WaitOptions): Promise<Found[]> {
  const { clock, signal } = session
  if (of.conditions[0]?.kind !== 'create') return choose(of.selection, session)
  const limitMs = of.timeoutMs ?? 300_000
  const timeout = timeLimit(limitMs)
  for (;;) {
    const found = await choose(of.selection, session)
    const isThere = found.every(({ resource }) => resource)
    if (isThere || signal.aborted || timeout.aborted) return found
    await pause(clock, 1000, AbortSignal.any([signal, timeout]))
  }
}

type OneOptions = WaitOptions & { tellLimit: () => void }

async function awaitOne(
  start: CanaryResource,
  session: Session,
  { conditions, quiet, tellLimit }: OneOptions,
): Promise<Ended> {
  const { signal, commands, terminal } = session
  const name = commands.name(start.metadata)
  const queue = [...conditions]
  let last: Looked | undefined
  let said = 'condition met'
  const tell = quiet ? () => {} : createTeller(name, terminal)
  const onLost = once((error: KubeError) => {
    if (!quiet) note(terminal, `${clean(error.message)}; trying again`)
  })
  for await (const resource of changesOf(start, session)) {
    if (resource === 'deleted') {
      if (queue[0]?.kind === 'delete') return { resource: start, said: 'deleted' }
      throw new Failure(`error: ${name} was deleted`, { exit: exits.error })
    }
    const looked = await patiently({ ...session, onLost }, () => look(resource, session))
    if (!looked) break
    last = looked
    for (let [next] = queue; next; [next] = queue) {
      const judgement = judgeCondition(next, looked)
      if (judgement.state === 'failed') throw failed(name, judgement)
      if (judgement.state === 'open') break
      said = judgement.said
      queue.shift()
    }
    tell(looked, queue.length > 0)
    if (queue.length === 0) return { resource, said: clean(said) }
    tellLimit()
  }
  if (signal.aborted) throw timedOut(start, last)
  throw new Failure(`error: ${name} was deleted`, { exit: exits.error })
}

/** Tells once what can't be seen, and what is waited for that nobody thinks of. */
function createTeller(name: string, terminal: Terminal): (of: Looked, waits: boolean) => void {
  const hidden = once(() =>
    warn(terminal, `${name}: its workloads can't be read, so only the phase tells`),
  )
  const missing = once((target: string) =>
    note(terminal, `${name}: its target ${clean(target)} is missing: waiting for it`),
  )
  return ({ isHidden, missingTarget: target }, waits) => {
    if (isHidden) hidden()
    if (waits && target !== undefined) missing(target)
  }
}

function failed(name: string, { why }: Extract<Judgement, { state: 'failed' }>): Failure {
  return new Failure(`error: ${name} failed: ${clean(why)}`, { exit: exits.bad })
}

function timedOut({ metadata }: CanaryResource, last: Looked | undefined): Failure {
  const text = `error: timed out waiting for the condition on canaries/${clean(metadata.name)}`
  const hints = last ? [clean(stateText(last.report, last.missingTarget))] : []
  return new Failure(text, { exit: exits.timeout, hints })
}

interface Looked {
  report: CanaryReport
  revisions: Awaited<ReturnType<typeof readRevisions>>
  missingTarget: string | undefined
  /** Workloads may not be read. */
  isHidden: boolean
  isHeld: boolean
  conditions: { type: string; status: string }[]
}

async function look(resource: CanaryResource, session: Session): Promise<Looked> {
  const reader = readerOf(session)
  const mayRead = permitted(reader)
  const [report, revisions] = await Promise.all([
    gather(resource, reader, { full: false, events: 0, pods: false, isWhole: true }),
    readRevisions(asHandled(resource), mayRead),
  ])
  const missing = await missingTarget(asHandled(resource), mayRead)
  const { holdRun = false, conditions = [] } = handledCanary(resource).status
  const isHidden = mayRead.denied.size > 0
  return { report, revisions, missingTarget: missing, isHidden, isHeld: holdRun, conditions }
}

/** A target that was changed, or changed back, shows in no change of the canary. */
const lookAgainMs = 5_000

/** The canary now, at each change, and now and then in between. */
async function* changesOf(
  start: CanaryResource,
  session: Session,
): AsyncGenerator<CanaryResource | 'deleted'> {
  const { kube, clock, terminal } = session
  const done = new AbortController()
  const signal = AbortSignal.any([session.signal, done.signal])
  const onLost = (error: KubeError) => note(terminal, `${error.message}; trying again`)
  const changes = followCanary(start, { kube, clock, signal, onLost })
  let latest = start
  try {
    for (let coming = changes.next(); ; ) {
      const quiet = new AbortController()
      const silence = pause(clock, lookAgainMs, AbortSignal.any([signal, quiet.signal]))
      const heard = await Promise.race([coming, silence])
      quiet.abort()
      if (heard?.done) {
        if (!signal.aborted) yield 'deleted'
        return
      }
      if (signal.aborted) return
      if (heard) {
        latest = heard.value
        coming = changes.next()
      }
      yield latest
    }
  } finally {
    done.abort()
  }
}

async function print(ended: readonly Ended[], session: Session, of: WaitOptions): Promise<void> {
  const { terminal, commands } = session
  const { format, quiet, selection } = of
  const good = ended.flatMap(({ resource, said }) => (resource ? [{ resource, said }] : []))
  if (format.kind === 'text') {
    for (const { resource, said } of good)
      if (!quiet) terminal.out(`${commands.name(resource.metadata)} ${said}\n`)
  } else {
    const how = { full: true, events: 5, pods: true }
    const reports = await Promise.all(
      good.map(({ resource }) => gather(resource, readerOf(session), how)),
    )
    terminal.out(await reportsText(format, reports, selection.named.length === 1))
  }
  tellFailures(
    ended.flatMap(({ failure }) => failure ?? []),
    terminal,
  )
}

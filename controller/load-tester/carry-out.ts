/** Does the work of a task. */
import { readFileSync } from 'node:fs'
import { messageOf } from '../../src/errors.ts'
import type { Clock } from '../../src/io/clock.ts'
import { pause } from '../../src/io/deadline.ts'
import type { Http, HttpAnswer, HttpRequest } from '../../src/io/http.ts'
import {
  type ConcordJob,
  concordAsk,
  concordId,
  concordLook,
  concordStart,
} from '../../src/load/remote/concord.ts'
import {
  type NgrinderJob,
  ngrinderId,
  ngrinderLook,
  ngrinderRequest,
} from '../../src/load/remote/ngrinder.ts'
import { mostLost, type RunLook } from '../../src/load/remote/run.ts'
import { reportOf } from '../../src/load/tally.ts'
import type { Task } from '../../src/load/task.ts'
import type { Route } from './load/sender.ts'
import { runLoadInThread } from './load/thread.ts'
import type { LoadTesterMetrics } from './metrics.ts'
import { type ProgramResult, runProgram } from './program.ts'

export interface CarryOutDeps extends Route {
  clock: Clock
  http: Http
  metrics: Pick<LoadTesterMetrics, 'load'>
}

/** Never rejects: what goes wrong is the cause. */
export async function carryOut(
  { work }: Task,
  deps: CarryOutDeps,
  signal: AbortSignal,
): Promise<ProgramResult> {
  try {
    switch (work.kind) {
      case 'load': {
        const result = await runLoadInThread(work.plan, { to: deps.to, signal })
        deps.metrics.load(result)
        return { cause: signal.aborted ? 'signal: killed' : '', output: reportOf(result) }
      }
      case 'program':
        return await runProgram(work, { clock: deps.clock, signal })
      case 'concord':
        return { cause: await concord(work.job, deps, signal), output: '' }
      case 'ngrinder':
        return { cause: await ngrinder(work.job, deps, signal), output: '' }
    }
  } catch (error) {
    return { cause: messageOf(error), output: '' }
  }
}

async function concord(job: ConcordJob, deps: CarryOutDeps, signal: AbortSignal): Promise<string> {
  const { http, clock } = deps
  const key = readFileSync(job.apiKeyPath, 'utf8').trim()
  const endMs = clock.monotonicMs() + job.limitMs
  const started = await http(concordStart(job, key), signal)
  const id = concordId(started)
  if (id === undefined) return `concord started no process: status ${started.status}`
  const run: Run = {
    ...{ name: `concord instanceID: ${id}`, ask: concordAsk(job, id, key), pollMs: job.pollMs },
    look: (answer) => concordLook(id, answer),
    isOver: () => clock.monotonicMs() >= endMs,
  }
  const limit = `concord process timed out, after ${job.limitMs / 1000} seconds`
  return (await causeOf(run, deps, signal)) ?? (run.isOver() ? limit : 'signal: killed')
}

async function ngrinder(
  job: NgrinderJob,
  deps: CarryOutDeps,
  signal: AbortSignal,
): Promise<string> {
  const { http } = deps
  const started = await http(ngrinderRequest(job, { start: job.clone }), signal)
  const id = ngrinderId(started.body)
  if (id === undefined) return `nGrinder started no test: status ${started.status}`
  const run: Run = {
    ...{ name: `nGrinder test ${id}`, pollMs: job.pollMs, isOver: () => false },
    ask: ngrinderRequest(job, { ask: id }),
    look: (answer) => ngrinderLook(id, answer),
  }
  const cause = await causeOf(run, deps, signal)
  if (cause !== undefined) return cause
  await http(ngrinderRequest(job, { stop: id }))
  return `nGrinder test ${id} was stopped`
}

/** A run at another server. */
interface Run {
  name: string
  ask: HttpRequest
  look: (answer: HttpAnswer) => RunLook
  pollMs: number
  isOver: () => boolean
}

/** Why it failed, empty where it succeeded; undefined where its end is not awaited any longer. */
async function causeOf(
  { name, ask, look, pollMs, isOver }: Run,
  { http, clock }: CarryOutDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  let lost = 0
  while (!signal.aborted && !isOver()) {
    await pause(clock, pollMs, signal)
    // No answer says nothing of the run: the server may be back at the next look.
    const answer = await http(ask, signal).catch(() => undefined)
    const seen = answer ? look(answer) : undefined
    if (seen?.is === 'ended') return seen.cause
    lost = seen?.is === 'lost' ? lost + 1 : 0
    if (seen?.is === 'lost' && lost >= mostLost) return `${name} is lost: ${seen.why}`
  }
  return undefined
}

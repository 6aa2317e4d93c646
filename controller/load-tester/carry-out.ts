/** Does the work of a task. */
import { readFileSync } from 'node:fs'
import { messageOf } from '../../src/errors.ts'
import type { Clock } from '../../src/io/clock.ts'
import { pause } from '../../src/io/deadline.ts'
import type { Http } from '../../src/io/http.ts'
import { type ConcordJob, concordAsk, concordStart, textIn } from '../../src/load/remote/concord.ts'
import {
  type NgrinderJob,
  ngrinderId,
  ngrinderRequest,
  ngrinderState,
} from '../../src/load/remote/ngrinder.ts'
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

async function concord(
  job: ConcordJob,
  { http, clock }: CarryOutDeps,
  signal: AbortSignal,
): Promise<string> {
  const key = readFileSync(job.apiKeyPath, 'utf8').trim()
  const endMs = clock.monotonicMs() + job.limitMs
  const started = await http(concordStart(job, key), signal)
  const id = textIn(started.body, 'instanceId')
  if (id === undefined) return `concord started no process: status ${started.status}`
  for (;;) {
    await pause(clock, job.pollMs, signal)
    const state = textIn((await http(concordAsk(job, id, key), signal)).body, 'status')
    if (state === 'FINISHED') return ''
    if (state === 'FAILED') return `concord instanceID: ${id} failed`
    if (clock.monotonicMs() >= endMs)
      return `concord process timed out, after ${job.limitMs / 1000} seconds`
  }
}

async function ngrinder(
  job: NgrinderJob,
  { http, clock }: CarryOutDeps,
  signal: AbortSignal,
): Promise<string> {
  const started = await http(ngrinderRequest(job, { start: job.clone }), signal)
  const id = ngrinderId(started.body)
  if (id === undefined) return `nGrinder started no test: status ${started.status}`
  while (!signal.aborted) {
    await pause(clock, job.pollMs, signal)
    // One look that fails says nothing of the test.
    const asked = await http(ngrinderRequest(job, { ask: id }), signal).catch(() => undefined)
    const state = ngrinderState(asked?.body ?? '')
    if (state === 'finished') return ''
    if (state === 'failed') return `nGrinder test ${id} failed`
  }
  await http(ngrinderRequest(job, { stop: id }))
  return `nGrinder test ${id} was stopped`
}

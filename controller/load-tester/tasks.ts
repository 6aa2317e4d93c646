/** Tasks under way, and what became of those before. */
import { createHash } from 'node:crypto'
import { formatDuration } from '../../src/canary/duration.ts'
import type { Clock } from '../../src/io/clock.ts'
import { createDeadline } from '../../src/io/deadline.ts'
import type { Log } from '../../src/io/log.ts'
import { isMap } from '../../src/json.ts'
import type { Task } from '../../src/load/task.ts'
import type { LoadTesterMetrics } from './metrics.ts'
import type { ProgramResult } from './program.ts'
import type { State } from './state.ts'

/** What is kept of a task. */
export interface TaskRecord {
  id: string
  canary: string
  type: string
  command: string
  state: 'running' | 'succeeded' | 'failed' | 'interrupted'
  startedAt: string
  seconds?: number
  /** Why it failed. */
  cause?: string
  output: string
  /** Somebody waited for it until its end. */
  isHeard: boolean
  /** Of the task and the revision that it tested. */
  key: string
}

export type Begun =
  | { kind: 'running'; end: Promise<TaskRecord> }
  /** One that nobody waited for to the end, of the same revision: it is not run again. */
  | { kind: 'ended'; record: TaskRecord }
  | { kind: 'busy' }

export interface Tasks {
  /** Starts it, or joins one of the same identity. `checksum` is the revision's. */
  begin(task: Task, checksum: string): Begun
  /** Somebody was told what came of it. */
  heard(record: TaskRecord): void
  /** The newest first. */
  records(): readonly TaskRecord[]
  /** Ends all that run. */
  stop(): Promise<void>
}

export interface TasksDeps {
  /** Does the work; must not reject. Ends it when the signal is aborted. */
  carryOut: (task: Task, signal: AbortSignal) => Promise<ProgramResult>
  clock: Clock
  log: Log
  metrics: Pick<LoadTesterMetrics, 'ended' | 'running'>
  state: State
  timeoutMs: number
  mostTasks: number
}

const mostRecords = 100
/** Later, the next call is a new question. */
const unheardMs = 10 * 60_000

interface Running {
  end: Promise<TaskRecord>
  stop: () => void
}

/**
 * Starts tasks, and tells who asks again what became of them; records outlive the process in
 * `state`.
 */
export function createTasks(deps: TasksDeps): Tasks {
  const { clock, log, state, timeoutMs } = deps
  const running = new Map<string, Running>()
  const kept = recordsIn(state.read('tasks'))
  let stopped = false
  let count = kept.length

  function keep(): void {
    kept.splice(mostRecords)
    state.write('tasks', kept)
  }

  function unheard(key: string): TaskRecord | undefined {
    const now = clock.now().getTime()
    return kept.find(({ key: other, state: how, isHeard, startedAt, seconds = 0 }) => {
      const endedMs = Date.parse(startedAt) + seconds * 1000
      return (
        other === key &&
        !isHeard &&
        how !== 'running' &&
        how !== 'interrupted' &&
        now - endedMs < unheardMs
      )
    })
  }

  function start(task: Task, key: string): Promise<TaskRecord> {
    const { canary, type, command } = task
    const startMs = clock.monotonicMs()
    const deadline = createDeadline(clock, timeoutMs)
    const ended = new AbortController()
    deadline.signal.addEventListener('abort', () => ended.abort(), { once: true })
    count += 1
    const record: TaskRecord = {
      id: idOf(key, count, clock.now()),
      ...{ canary, type, command, key },
      state: 'running',
      startedAt: clock.now().toISOString(),
      output: '',
      isHeard: !task.isAwaited,
    }
    kept.unshift(record)
    keep()
    log.info({ canary, task: record.id, type }, `task starting ${command}`)
    const end = deps.carryOut(task, ended.signal).then((result) => {
      deadline.end()
      running.delete(task.identity)
      const seconds = (clock.monotonicMs() - startMs) / 1000
      const tooLong = deadline.expired() ? `, after ${formatDuration(timeoutMs)}` : ''
      const cause = tooLong ? `${result.cause || 'ended'}${tooLong}` : result.cause
      const how = stateOf(cause)
      Object.assign(record, { state: how, seconds, output: result.output, ...(cause && { cause }) })
      keep()
      deps.metrics.ended(type, how, seconds)
      deps.metrics.running(running.size)
      tell(task, record)
      return record
    })
    running.set(task.identity, { end, stop: () => ended.abort() })
    deps.metrics.running(running.size)
    return end
  }

  function stateOf(cause: string): TaskRecord['state'] {
    if (stopped) return 'interrupted'
    return cause === '' ? 'succeeded' : 'failed'
  }

  function tell({ canary, type, command, logsOutput }: Task, record: TaskRecord): void {
    const fields = { canary, task: record.id, type }
    const { state: how, cause = '', output } = record
    if (how !== 'succeeded') log.error(fields, `command failed ${command} ${cause} ${output}`)
    else {
      if (logsOutput && output) log.info(fields, output)
      log.info(fields, `command finished ${command}`)
    }
  }

  return {
    begin(task, checksum) {
      const key = createHash('sha256').update(`${task.identity}\n${checksum}`).digest('hex')
      const same = running.get(task.identity)
      if (same) {
        if (!task.isAwaited)
          log.info({ canary: task.canary }, `command skipped ${task.command} is already running`)
        return { kind: 'running', end: same.end }
      }
      const before = task.isAwaited ? unheard(key) : undefined
      if (before) return { kind: 'ended', record: before }
      if (running.size >= deps.mostTasks || stopped) return { kind: 'busy' }
      return { kind: 'running', end: start(task, key) }
    },
    heard(record) {
      record.isHeard = true
      keep()
    },
    records: () => kept,
    async stop() {
      stopped = true
      for (const { stop } of running.values()) stop()
      await Promise.all([...running.values()].map(({ end }) => end))
    },
  }
}

function idOf(key: string, count: number, now: Date): string {
  return createHash('sha256').update(`${key} ${count} ${now.getTime()}`).digest('hex').slice(0, 12)
}

/** What was running when the process before ended was ended with it. */
function recordsIn(kept: unknown): TaskRecord[] {
  if (!Array.isArray(kept)) return []
  return kept.filter(isRecord).map((record) => ({
    ...record,
    ...(record.state === 'running' && { state: 'interrupted', cause: 'the load tester ended' }),
  }))
}

function isRecord(value: unknown): value is TaskRecord {
  return isMap(value) && typeof value.id === 'string' && typeof value.key === 'string'
}

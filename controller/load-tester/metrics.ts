/** What a load tester shows to Prometheus. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { LoadResult } from '../../src/load/tally.ts'

export interface LoadTesterMetrics {
  registry: Registry
  /** A task that took so many seconds, and what became of it. */
  ended(type: string, state: string, seconds: number): void
  /** How many tasks are under way. */
  running(tasks: number): void
  /** What a load came to, by class of status. */
  load(result: LoadResult): void
  /** A hook that was answered without its task. */
  refused(why: 'token' | 'namespace' | 'busy'): void
}

/** With those of the process; each call has a registry of its own. */
export function createLoadTesterMetrics(): LoadTesterMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const tasks = new Histogram({
    name: 'canary_load_tester_task_seconds',
    help: 'How long tasks took, by type and what became of them',
    labelNames: ['type', 'state'],
    buckets: [0.1, 1, 10, 60, 300, 1800],
    registers,
  })
  const running = new Gauge({
    name: 'canary_load_tester_tasks_running',
    help: 'Tasks under way',
    registers,
  })
  const requests = new Counter({
    name: 'canary_load_tester_requests_total',
    help: 'Requests of the built-in load, by status; error where none came',
    labelNames: ['status'],
    registers,
  })
  const refused = new Counter({
    name: 'canary_load_tester_refused_total',
    help: 'Hooks that were refused, by reason',
    labelNames: ['why'],
    registers,
  })
  return {
    registry,
    ended: (type, state, seconds) => tasks.observe({ type, state }, seconds),
    running: (count) => running.set(count),
    load({ statuses, errors }) {
      for (const [status, count] of statuses) requests.inc({ status }, count)
      for (const [, count] of errors) requests.inc({ status: 'error' }, count)
    },
    refused: (why) => refused.inc({ why }),
  }
}

/** What the controller tells Prometheus: Flagger's series, under Flagger's names, and its own. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { writtenStrategy } from '../../src/canary/analysis.ts'
import type { JudgeStatus } from '../../src/canary/api.gen.ts'
import type { Canary, Phase, Strategy } from '../../src/canary/canary.ts'
import { judgeOf } from '../../src/canary/judging.ts'
import { isRunning, phases } from '../../src/canary/phases.ts'
import type { Routes } from '../../src/routers/router.ts'

export interface Metrics {
  registry: Registry
  /** The version of the controller and the provider of Canaries that name none. */
  info(version: string, provider: string): void
  /** How many there are; namespaces that are not among these lose their series. */
  canaries(perNamespace: ReadonlyMap<string, number>): void
  /** The phase that is noted now; the series of the one before goes. */
  phase(canary: Canary, phase: Phase): void
  /** Since when the run goes that the status tells of; nothing where none goes. */
  run(canary: Canary): void
  /** The weights in force, in percent. */
  weight(canary: Canary, routes: Routes): void
  /** Durations in seconds, like Flagger. */
  analysis(canary: Canary, metric: string, value: number): void
  /** What the judge makes of the looks so far. */
  judged(canary: Canary, judge: JudgeStatus): void
  /** A run that has ended: promoted after its analysis, promoted without one, or rolled back. */
  finished(canary: Canary, result: 'completed' | 'skipped' | 'failed'): void
  /** A look that took so many seconds; `analysed` where it was a step of an analysis. */
  tick(canary: Canary, seconds: number, of: { analysed: boolean }): void
  /** How much later a look began than was planned. */
  lag(seconds: number): void
  /** A request to the API server that has ended; `status` is 0 where no answer came. */
  apiRequest(of: { verb: string; resource: string; status: number; seconds: number }): void
  /** A look that ended with an error: `conflict`, `api` or `defect`. */
  failure(reason: string): void
  /** From where the number of lines is read that the log has lost. */
  logLost(lines: () => number): void
  /** An alert for a receiver of this type; empty where the type is not known. */
  alert(type: string, sent: boolean): void
  /** Removes the series that a canary has no more, since its spec was edited. */
  replace(before: Canary, after: Canary): void
  /** Removes every series of a canary that is gone. */
  forget(canary: Canary): void
}

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** With `failedIsZero` the status has the values of guides: 0 failed, 1 well, 2 running. */
export function createMetrics({ failedIsZero = false } = {}): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const gauge = (name: string, help: string, labelNames: string[]) =>
    new Gauge({ name: `flagger_${name}`, help, labelNames, registers })
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name: `flagger_${name}`, help, labelNames, registers })

  const info = gauge('info', 'Information about the controller', ['version', 'mesh_provider'])
  const total = gauge('canary_total', 'Number of canaries', ['namespace'])
  const [running, failed] = failedIsZero ? [2, 0] : [0, 2]
  const values = `${running} running, 1 successful, ${failed} failed`
  const status = gauge('canary_status', `Last outcome: ${values}`, named)
  const weight = gauge('canary_weight', 'Weight of a workload', ['workload', 'namespace'])
  const analysis = gauge('canary_metric_analysis', 'Last value of a metric', [...named, 'metric'])
  const duration = new Histogram({
    name: 'flagger_canary_duration_seconds',
    help: 'Seconds spent on one analysis step',
    labelNames: named,
    buckets,
    registers,
  })
  const outcome = [...named, 'deployment_strategy', 'analysis_status']
  const successes = counter('canary_successes_total', 'Runs that were promoted', outcome)
  const failures = counter('canary_failures_total', 'Runs that were rolled back', outcome)
  const inPhase = gauge('canary_phase', 'Phase of a canary: 1 for the one it is in', [
    'canary',
    'namespace',
    'phase',
  ])
  const started = gauge('canary_run_start_time_seconds', 'When the run that goes on began', named)
  const own = createOwnMetrics(registers)
  const judge = createJudgeMetrics(registers)

  function forget(canary: Canary): void {
    const { namespace, targetName, primaryName } = canary
    const labels = labelsOf(canary)
    status.remove(labels)
    started.remove(labels)
    duration.remove(labels)
    for (const workload of [targetName, primaryName]) weight.remove({ workload, namespace })
    for (const { name } of canary.analysis.metrics) analysis.remove({ ...labels, metric: name })
    judge.forget(canary)
    for (const phase of phases) inPhase.remove(phaseLabels(canary, phase))
    for (const deployment_strategy of strategies) {
      const counted = { ...labels, deployment_strategy }
      failures.remove({ ...counted, analysis_status: 'completed' })
      for (const analysis_status of ['completed', 'skipped'])
        successes.remove({ ...counted, analysis_status })
    }
  }

  return {
    registry,
    info: (version, provider) => info.set({ version, mesh_provider: provider }, 1),
    canaries(perNamespace) {
      total.reset()
      for (const [namespace, count] of perNamespace) total.set({ namespace }, count)
    },
    phase(canary, phase) {
      const value = phase === 'Progressing' ? running : phase === 'Failed' ? failed : 1
      status.set(labelsOf(canary), value)
      for (const other of phases) inPhase.remove(phaseLabels(canary, other))
      inPhase.set(phaseLabels(canary, phase), 1)
    },
    run(canary) {
      const since = Date.parse(canary.status.canaryAnalysis?.startedAt ?? '')
      if (isRunning(canary.status.phase ?? '') && !Number.isNaN(since))
        started.set(labelsOf(canary), since / 1000)
      else started.remove(labelsOf(canary))
    },
    weight(canary, { primary, canary: share }) {
      const { namespace, targetName, primaryName } = canary
      weight.set({ workload: primaryName, namespace }, primary)
      weight.set({ workload: targetName, namespace }, share)
    },
    analysis: (canary, metric, value) => analysis.set({ ...labelsOf(canary), metric }, value),
    judged: judge.set,
    finished(canary, result) {
      const labels = {
        ...labelsOf(canary),
        deployment_strategy: writtenStrategy(canary.spec.analysis),
      }
      if (result === 'failed') failures.inc({ ...labels, analysis_status: 'completed' })
      else successes.inc({ ...labels, analysis_status: result })
    },
    tick(canary, seconds, { analysed }) {
      if (analysed) duration.observe(labelsOf(canary), seconds)
      own.ticks.observe(seconds)
    },
    lag: (seconds) => own.lag.observe(seconds),
    apiRequest({ verb, resource, status: code, seconds }) {
      own.requests.inc({ verb, resource, code: String(code) })
      own.requestSeconds.observe({ verb }, seconds)
    },
    failure: (reason) => own.failures.inc({ reason }),
    logLost: (lines) => observeLost(registers, lines),
    alert: (type, sent) =>
      own.alerts.inc({ type: type || 'unknown', result: sent ? 'sent' : 'failed' }),
    replace(before, after) {
      if (before.targetName !== after.targetName) return forget(before)
      judge.replace(before, after)
      const kept = new Set(after.analysis.metrics.map(({ name }) => name))
      for (const { name } of before.analysis.metrics)
        if (!kept.has(name)) analysis.remove({ ...labelsOf(before), metric: name })
    },
    forget,
  }
}

const strategies: readonly Strategy[] = ['canary', 'ab-testing', 'blue-green']

const named = ['name', 'namespace']

function createOwnMetrics(registers: Registry[]) {
  return {
    ticks: new Histogram({
      name: 'flagger_tick_duration_seconds',
      help: 'Seconds spent on one look at a canary',
      buckets,
      registers,
    }),
    lag: new Histogram({
      name: 'flagger_tick_lag_seconds',
      help: 'Seconds that a look at a canary came later than planned',
      buckets,
      registers,
    }),
    requests: new Counter({
      name: 'flagger_api_requests_total',
      help: 'Requests to the API server',
      labelNames: ['verb', 'resource', 'code'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'flagger_api_request_duration_seconds',
      help: 'Seconds until the API server answered',
      labelNames: ['verb'],
      buckets,
      registers,
    }),
    failures: new Counter({
      name: 'flagger_tick_failures_total',
      help: 'Looks at a canary that ended with an error',
      labelNames: ['reason'],
      registers,
    }),
    alerts: new Counter({
      name: 'flagger_alerts_total',
      help: 'Alerts to chat and paging services: sent, or failed after the last try',
      labelNames: ['type', 'result'],
      registers,
    }),
  }
}

const verdictNumbers = { Pass: 1, Inconclusive: 0, Fail: -1 } as const

function createJudgeMetrics(registers: Registry[]) {
  const evidence = new Gauge({
    name: 'flagger_canary_judge_evidence',
    help: 'Natural logarithm of the evidence that the canary is worse (harm), not worse (safety), and within its range (objective)',
    labelNames: [...named, 'metric', 'kind'],
    registers,
  })
  const verdict = new Gauge({
    name: 'flagger_canary_judge_verdict',
    help: 'What the judge makes of the run: 1 pass, 0 inconclusive, -1 fail',
    labelNames: named,
    registers,
  })

  function remove(canary: Canary, metric: string): void {
    for (const kind of ['harm', 'safety', 'objective'])
      evidence.remove({ ...labelsOf(canary), metric, kind })
  }

  function forget(canary: Canary): void {
    verdict.remove(labelsOf(canary))
    for (const { name } of canary.analysis.metrics) remove(canary, name)
  }

  return {
    set(canary: Canary, judge: JudgeStatus) {
      // What another run had, and this one has not, such as a metric that goes by its range now.
      forget(canary)
      verdict.set(labelsOf(canary), verdictNumbers[judge.verdict])
      for (const [metric, found] of evidenceByName(judge))
        for (const [kind, value] of Object.entries(found))
          evidence.set({ ...labelsOf(canary), metric, kind }, Math.log(value))
    },
    replace(before: Canary, after: Canary) {
      const kept = judgedNames(after)
      if (kept.size === 0) return forget(before)
      for (const { name } of before.analysis.metrics) if (!kept.has(name)) remove(before, name)
    },
    forget,
  }
}

/** The metrics that the spec wants judged. */
function judgedNames({ analysis: { judge, metrics } }: Canary): Set<string> {
  const judged = metrics.filter((metric) => judge && judgeOf(judge, metric.judge).mode !== 'Off')
  return new Set(judged.map(({ name }) => name))
}

/** As the verdict has it: of the bounds of one metric the mean of harm, and the least safety. */
function evidenceByName({ metrics = [] }: JudgeStatus) {
  const judged = metrics.filter(({ ranged }) => ranged === undefined)
  const byName = Map.groupBy(judged, ({ name }) => name)
  return [...byName].map(([name, bounds]) => {
    const harms = bounds.map(({ harm = 1 }) => harm)
    const harm = harms.reduce((sum, one) => sum + one, 0) / harms.length
    const safety = Math.min(...bounds.map((one) => one.safety ?? 1))
    const kept = bounds.find((one) => one.kept !== undefined)?.kept
    return [name, { harm, safety, ...(kept !== undefined && { objective: kept }) }] as const
  })
}

function observeLost(registers: Registry[], lines: () => number): void {
  new Counter({
    name: 'flagger_log_lines_lost_total',
    help: 'Lines of the log that could not be written: the disk is full, or nobody reads',
    registers,
    collect() {
      this.reset()
      this.inc(lines())
    },
  })
}

/** Flagger names its series after the target, not after the Canary. */
function labelsOf({ targetName, namespace }: Canary): { name: string; namespace: string } {
  return { name: targetName, namespace }
}

function phaseLabels({ name, namespace }: Canary, phase: Phase) {
  return { canary: name, namespace, phase }
}

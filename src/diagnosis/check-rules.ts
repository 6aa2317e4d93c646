/** Gates, hooks and metrics. Pure. */
import { analysisRemarks } from '../lint/analysis-rules.ts'
import type { CheckItem } from '../report/check-items.ts'
import { gateText } from '../report/reason.ts'
import { checkText } from '../report/runs/cause.ts'
import { isMoving } from './control-rules.ts'
import type { DiagnosisFacts, DiagnosisRule } from './finding.ts'

const noData = /no values? found|no data|empty result/i

export const checkRules: readonly DiagnosisRule[] = [
  {
    code: 'CAN101',
    severity: 'error',
    well: 'it waits at no gate',
    look({ report: { progress, health }, command }) {
      const { gate } = progress
      if (health !== 'waiting') return undefined
      if (gate?.broken) return undefined
      return {
        message: gate ? `it waits for ${gateText(gate)}` : 'it waits for approval',
        evidence: gate ? [`since ${gate.since}`] : [],
        actions: [
          command.plugin('promote'),
          ...(gate ? [`for every run: ${command.plugin('gate', `--open=${gate.name}`)}`] : []),
        ],
      }
    },
  },
  {
    code: 'CAN102',
    severity: 'error',
    well: 'no hook fails',
    look(facts) {
      const { report, command } = facts
      const failing = failingNow(facts).filter(({ kind }) => kind === 'webhook')
      const { gate } = report.progress
      const broken = gate?.broken ? [gateText(gate)] : []
      if (failing.length + broken.length === 0) return undefined
      return {
        message: 'a hook fails, or can not be asked',
        evidence: [...broken, ...failing.map(checkText)],
        cause: 'the service behind it says no, does not answer in time, or is not there',
        actions: [
          ...(broken.length > 0 ? [command.plugin('promote')] : []),
          'correct its address or timeout in spec.analysis.webhooks, or mend the service',
        ],
      }
    },
  },
  {
    code: 'CAN103',
    severity: 'error',
    well: 'rollout hooks fit into the interval',
    look({ canary }) {
      const late = analysisRemarks(canary).find(({ code }) => code === 'LNT042')
      return late && { message: late.message, actions: ['shorten timeouts, or raise the interval'] }
    },
  },
  {
    code: 'CAN104',
    severity: 'error',
    well: 'no metric lacks data',
    look(facts) {
      const { canary, command } = facts
      const empty = withoutData(facts)
      if (empty.length === 0) return undefined
      const { canary: service } = canary.names
      return {
        message: `${empty.map(({ name }) => name).join(', ')} ${empty.length === 1 ? 'has' : 'have'} no data`,
        evidence: empty.map(checkText),
        cause: `${service} gets no traffic, or the labels in the query do not match`,
        actions: [
          `send requests to ${service}.${canary.namespace}, by a rollout hook for instance`,
          `see whether it has values by now: ${command.plugin('rehearse', '--now')}`,
        ],
      }
    },
  },
  {
    code: 'CAN105',
    severity: 'error',
    well: 'every metric can be measured',
    look(facts) {
      const failed = failingNow(facts).filter(
        ({ kind, error }) => kind === 'metric' && error && !noData.test(error),
      )
      if (failed.length === 0) return undefined
      return {
        message: 'a metric can not be measured',
        evidence: failed.map(checkText),
        cause:
          'the metric server is away, refuses the credentials, or does not understand the query',
        actions: ['correct the provider of the MetricTemplate, its secret, or spec.metricsServer'],
      }
    },
  },
  {
    code: 'CAN106',
    severity: 'warning',
    well: 'no check fails more often than it passes',
    look({ report: { checks, progress } }) {
      const ticks = (progress.step ?? progress.iteration ?? 0) + checks.failed
      const often = checks.items.filter(
        ({ failedCount, kind }) => kind === 'metric' && failedCount > 1 && failedCount * 2 > ticks,
      )
      if (often.length === 0) return undefined
      return {
        message: 'a check fails more often than it passes',
        evidence: often.map(({ name, failedCount }) => `${name} failed ${failedCount} times`),
        cause: 'its limit is close to the usual value, or the version is bad',
        actions: ['compare it with the same value of the primary before the limit is changed'],
      }
    },
  },
  {
    code: 'CAN107',
    severity: 'warning',
    well: 'there is a load test, or every metric has values',
    look(facts) {
      const load = analysisRemarks(facts.canary).some(({ code }) => code === 'LNT043')
      if (!load || withoutData(facts).length === 0) return undefined
      const { names, namespace } = facts.canary
      return {
        message: 'there is no load test, and a metric without values',
        actions: [`add a rollout hook, or send traffic to ${names.canary}.${namespace}`],
      }
    },
  },
  {
    code: 'CAN108',
    severity: 'error',
    well: 'what it refers to is there',
    uses: 'references',
    look({ faults }) {
      const missing = faults.filter(({ message }) => isMissing(message))
      if (missing.length === 0) return undefined
      return {
        message: 'something that it refers to is missing, or may not be used',
        evidence: missing.map(({ message }) => message),
        actions: ['create it, or correct the reference'],
      }
    },
  },
  {
    code: 'CAN109',
    severity: 'error',
    well: 'every metric is within its limits',
    look(facts) {
      const { report, command } = facts
      const over = failingNow(facts).filter(({ kind, error }) => kind === 'metric' && !error)
      if (over.length === 0) return undefined
      const { failed, threshold } = report.checks
      return {
        message: `a metric is outside of its limits: ${over.map(checkText).join('; ')}`,
        evidence: [`${failed} of ${threshold} checks failed`],
        cause: 'the new version is worse, or the limit is too narrow',
        actions: [command.plugin('abort'), command.plugin('pause')],
      }
    },
  },
  {
    code: 'CAN110',
    severity: 'error',
    well: 'its spec is right, and a run can pass',
    uses: 'references',
    look({ faults, problems }) {
      const fatal = faults.filter(({ isFatal, message }) => isFatal && !isMissing(message))
      const all = [...problems, ...fatal.map(({ message }) => message)]
      if (all.length === 0) return undefined
      const message =
        problems.length > 0 ? 'nobody works on it: its spec is wrong' : 'no run can pass'
      return { message, evidence: all, actions: ['correct the Canary'] }
    },
  },
  {
    code: 'CAN111',
    severity: 'warning',
    well: 'nothing in its spec is rarely meant so',
    uses: 'references',
    look({ faults }) {
      const odd = faults.filter(({ isFatal, message }) => !isFatal && !isMissing(message))
      if (odd.length === 0) return undefined
      const evidence = odd.map(({ message }) => message)
      return { message: 'something in its spec is rarely meant so', evidence, actions: [] }
    },
  },
  {
    code: 'CAN112',
    severity: 'warning',
    well: 'samples come in time for the judge',
    look({ canary, lag }) {
      const { judge } = canary.analysis
      if (!judge || !lag) return undefined
      const { metric, ageSeconds, everySeconds } = lag
      // A sample grows as old as the next one needs to come.
      const isLate = ageSeconds > everySeconds + jitterSeconds
      if (!isLate || ageSeconds * 1_000 <= judge.delayMs) return undefined
      const delay = Math.ceil(ageSeconds / 10) * 10
      return {
        message: `samples of ${metric} come late, and the judge misses what comes after its looks`,
        evidence: [
          `the newest is ${Math.round(ageSeconds)}s old, and one comes each ${Math.round(everySeconds)}s`,
        ],
        cause: 'remote write, or a server that keeps the newest samples back',
        actions: [`set spec.analysis.judge.delay to ${delay}s`],
      }
    },
  },
]

/** Scrapes are not on time to the second. */
const jitterSeconds = 3

function isMissing(message: string): boolean {
  return /not found|is not there|cross-namespace|not shared with/.test(message)
}

/** The last result of a run that is on; gates have a rule of their own. */
function failingNow(facts: DiagnosisFacts): CheckItem[] {
  const { items } = facts.report.checks
  if (!isMoving(facts)) return []
  return items.filter(
    ({ ok, type }) => ok === false && !type.startsWith('confirm-') && type !== 'rollback',
  )
}

function withoutData(facts: DiagnosisFacts): CheckItem[] {
  return failingNow(facts).filter(
    ({ kind, error }) => kind === 'metric' && error !== null && noData.test(error),
  )
}

/** Goes through the rules. Pure. */
import { formatDuration, shortDuration } from '../canary/duration.ts'
import { isUnderWay } from '../canary/phases.ts'
import { byText } from '../compare.ts'
import type { CanaryReport } from '../report/report.ts'
import { unreadText } from '../report/unread.ts'
import { checkRules } from './check-rules.ts'
import { controlRules } from './control-rules.ts'
import type { CanaryDiagnosis, Check, DiagnosisFacts, DiagnosisRule, Finding } from './finding.ts'
import { objectRules } from './object-rules.ts'

export const diagnosisRules: readonly DiagnosisRule[] = [
  ...controlRules,
  ...checkRules,
  ...objectRules,
]

/** Errors first; a rule that can't read what it needs says so, and finds nothing. */
export function diagnose(facts: DiagnosisFacts): CanaryDiagnosis {
  const { report } = facts
  const results = diagnosisRules.map((rule) => ({ rule, ...lookedBy(rule, facts) }))
  const found = results.flatMap(({ finding }) => finding ?? [])
  const of = (severity: string) => found.filter((one) => one.severity === severity)
  const checks = results.map(({ rule: { code, well }, finding, why }): Check => {
    const result = finding ? 'found' : why === null ? 'passed' : 'not-checked'
    return { code, well, result, why }
  })
  return {
    apiVersion: 'cli.canary/v1',
    kind: 'CanaryDiagnosis',
    metadata: { name: report.metadata.name, namespace: report.metadata.namespace },
    state: stateText(report),
    findings: [...of('error'), ...of('warning')],
    passed: checks.filter(({ result }) => result === 'passed').length,
    notChecked: checks.flatMap(({ code, why }) => (why === null ? [] : [`${code}: ${why}`])),
    checks: checks.sort((one, other) => byText(one.code, other.code)),
    unread: [...facts.unread],
    next: nextText(facts),
  }
}

/** What a rule finds, or why that can't be told. */
function lookedBy(
  { code, severity, needs, uses, look }: DiagnosisRule,
  facts: DiagnosisFacts,
): { finding?: Finding; why: string | null } {
  const whyNot = (need: DiagnosisRule['needs']) => {
    const unread = need && facts.hidden[need]
    return unread ? unreadText(unread) : null
  }
  const blind = whyNot(needs)
  if (blind !== null) return { why: blind }
  const seen = look(facts)
  if (!seen) return { why: whyNot(uses) }
  const { message, evidence = [], cause = null, actions } = seen
  const finding = { code, severity, message, evidence: evidence.filter(Boolean), cause, actions }
  return { finding, why: null }
}

function stateText({ state, phase, traffic }: CanaryReport): string {
  return phase === 'Progressing' ? `${state} at weight ${traffic.canary}` : state
}

/** What comes of it if nobody does anything. */
function nextText({ report, canary }: DiagnosisFacts): string | null {
  const { checks, phase, paused, progress } = report
  if (!isUnderWay(phase) || paused || progress.gate || checks.failed === 0) return null
  const left = Math.max(0, checks.threshold - checks.failed)
  const time = shortDuration(formatDuration(left * canary.analysis.intervalMs))
  return `${checks.failed} of ${checks.threshold} checks failed; ${left} more, and the run is rolled back (about ${time})`
}

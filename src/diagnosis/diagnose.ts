/** Goes through the rules. Pure. */
import { formatDuration, shortDuration } from '../canary/duration.ts'
import { isUnderWay } from '../canary/phases.ts'
import type { CanaryReport } from '../report/report.ts'
import { checkRules } from './check-rules.ts'
import { controlRules } from './control-rules.ts'
import type { CanaryDiagnosis, DiagnosisFacts, DiagnosisRule, Finding } from './finding.ts'
import { objectRules } from './object-rules.ts'

export const diagnosisRules: readonly DiagnosisRule[] = [
  ...controlRules,
  ...checkRules,
  ...objectRules,
]

/** Errors first; a rule that may not read what it needs says so, and finds nothing. */
export function diagnose(facts: DiagnosisFacts): CanaryDiagnosis {
  const { report } = facts
  const hidden = diagnosisRules.filter(({ needs }) => isHidden(needs, report))
  const found = diagnosisRules.flatMap((rule): Finding[] => {
    const seen = hidden.includes(rule) ? undefined : rule.look(facts)
    if (!seen) return []
    const { code, severity } = rule
    const { message, evidence = [], cause = null, actions } = seen
    return [{ code, severity, message, evidence: evidence.filter(Boolean), cause, actions }]
  })
  const of = (severity: string) => found.filter((one) => one.severity === severity)
  return {
    apiVersion: 'cli.canary/v1',
    kind: 'CanaryDiagnosis',
    metadata: { name: report.metadata.name, namespace: report.metadata.namespace },
    state: stateText(report),
    findings: [...of('error'), ...of('warning')],
    passed: diagnosisRules.length - found.length - hidden.length,
    notChecked: hidden.map(({ code }) => `${code}: no permission`),
    next: nextText(facts),
  }
}

function isHidden(needs: DiagnosisRule['needs'], { denied, workloads }: CanaryReport): boolean {
  if (needs === 'events') return denied.includes('Event')
  return needs === 'workloads' && denied.includes(workloads.canary.kind)
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

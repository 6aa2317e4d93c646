/** One line for one change of a canary: for logs, pipes and CI. */

import type { CanaryReport } from '../../../src/report/report.ts'
import { checkText } from '../../../src/report/runs/cause.ts'
import { clean } from '../clean.ts'
import { changeText } from './images.ts'
import { etaText, stepText } from './list-view.ts'

/** `test/podinfo Progressing weight=20 step=4/10 checks=2/5 eta=9m ...`, without the time. */
export function changeLine(report: CanaryReport): string {
  const { metadata, traffic, checks, state } = report
  const eta = etaText(report)
  const facts = [
    `${clean(metadata.namespace)}/${clean(metadata.name)}`,
    clean(state),
    `weight=${traffic.of === 'matching' ? 'match' : traffic.canary}`,
    ...(stepText(report) === '-' ? [] : [`step=${stepText(report)}`]),
    ...(report.health === 'idle' ? [] : [`checks=${checks.failed}/${checks.threshold}`]),
    ...(eta === '-' ? [] : [`eta=${eta}`]),
  ]
  return [...facts, told(report)].filter((text) => text !== '').join(' ')
}

function told(report: CanaryReport): string {
  if (report.phase === 'Failed') return clean(report.run?.cause ?? '')
  const { gate } = report.progress
  if (report.health === 'waiting')
    return gate ? `gate="${clean(gate.name)}" ${clean(gate.reason ?? '')}`.trim() : ''
  const failing = report.checks.items
    .filter(({ ok }) => ok === false)
    .map((item) => clean(checkText(item)))
  if (failing.length > 0 && report.health === 'moving') return `failing="${failing.join('; ')}"`
  return report.phase === 'Progressing' && report.traffic.canary === 0
    ? changeText(report.revision.images)
    : ''
}

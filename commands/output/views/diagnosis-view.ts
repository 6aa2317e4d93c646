/** The text of `doctor` and `explain`. */
import type { CanaryDiagnosis, Finding } from '../../../src/diagnosis/finding.ts'
import type { CanaryExplanation } from '../../../src/diagnosis/hold.ts'
import { unreadText } from '../../../src/report/unread.ts'
import { ageOf } from '../age.ts'
import { clean } from '../clean.ts'
import type { Style } from '../style.ts'
import { wrapBehind } from '../wrap.ts'

export interface DiagnosisOptions {
  style: Style
  width: number | undefined
  now: Date
  /** Every check is shown, those that passed too. */
  allChecks?: boolean
}

/** A block of lines; commands are never broken, so that they can be pasted. */
export function diagnosisLines(diagnosis: CanaryDiagnosis, options: DiagnosisOptions): string[] {
  const { metadata, state, findings, passed, notChecked, unread, next } = diagnosis
  const { style, width } = options
  const hidden = notChecked.length > 0 ? `, ${notChecked.length} not possible` : ''
  return [
    `${style.bold(clean(`${metadata.namespace}/${metadata.name}`))}   ${clean(state)}`,
    '',
    ...findings.flatMap((one) => findingLines(one, options)),
    ...(options.allChecks ? checkLines(diagnosis, options) : []),
    style.state('good', `${passed} ${findings.length > 0 ? 'other ' : ''}checks passed${hidden}`),
    ...unread.flatMap((one) =>
      wrapBehind('', style.state('warning', clean(unreadText(one))), width),
    ),
    ...(next ? ['', ...wrapBehind('Next: ', next, width)] : []),
  ]
}

/** Of each rule that found nothing what holds, or why it could not look. */
function checkLines({ checks }: CanaryDiagnosis, { style, width }: DiagnosisOptions): string[] {
  const lines = checks.flatMap(({ code, well, result, why }) => {
    if (result === 'found') return []
    const mood = result === 'passed' ? 'good' : 'idle'
    const text = why === null ? well : `not possible: ${clean(why)}`
    return wrapBehind(`${style.state(mood, code)}  `, text, width)
  })
  return lines.length > 0 ? [...lines, ''] : []
}

function findingLines(finding: Finding, { style, width }: DiagnosisOptions): string[] {
  const { code, severity, message, evidence, cause, actions } = finding
  const mood = severity === 'error' ? 'failed' : 'warning'
  return [
    ...wrapBehind(`${style.state(mood, code)}  `, clean(message), width),
    ...evidence.flatMap((text, at) => row(at === 0 ? 'seen' : '', text, width)),
    ...(cause === null ? [] : row('cause', cause, width)),
    ...actions.flatMap((text, at) =>
      actionLines(`    ${(at === 0 ? 'do' : '').padEnd(8)}`, text, width),
    ),
    '',
  ]
}

/** A command is pasted as it stands: it goes on in the next line as the terminal has it. */
function actionLines(head: string, text: string, width: number | undefined): string[] {
  return wrapBehind(head, clean(text), text.includes('kubectl ') ? undefined : width)
}

function row(label: string, text: string, width: number | undefined): string[] {
  return wrapBehind(`    ${label.padEnd(8)}`, clean(text), width)
}

/** Whoever wrote a status may have written anything. */
function sinceText(since: string | null, now: Date): string {
  if (since === null || Number.isNaN(Date.parse(since))) return 'unknown'
  return `${ageOf(since, now)} ago (${since})`
}

/** The lines of `explain` for one canary. */
export function explanationLines(of: CanaryExplanation, options: DiagnosisOptions): string[] {
  const { style, width, now } = options
  const line = (label: string, text: string) =>
    wrapBehind(`  ${label.padEnd(8)}`, clean(text), width)
  return [
    `${style.bold(clean(`${of.metadata.namespace}/${of.metadata.name}`))}   ${clean(of.state)}`,
    ...line('Rule', `${of.rule} (${of.chapter})`),
    ...line('Why', of.because),
    ...line('Since', sinceText(of.since, now)),
    ...(of.seen ? line('Seen', of.seen) : []),
    ...of.moves.flatMap((text, at) =>
      actionLines(`  ${(at === 0 ? 'Moves' : '').padEnd(8)}`, text, width),
    ),
  ]
}

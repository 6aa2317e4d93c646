/** The table of the judge in `status`: what both versions answered, and how sure that makes it. */
import type { JudgedMetric, JudgeStatus } from '../../../../src/canary/api.gen.ts'
import { subjectOf } from '../../../../src/judge/explain.ts'
import type { CanaryReport } from '../../../../src/report/report.ts'
import { clean } from '../../clean.ts'
import type { Style } from '../../style.ts'
import { tableLines } from '../../table.ts'
import { wrapBehind } from '../../wrap.ts'

interface Shape {
  style: Style
  width: number | undefined
}

/** Lines of the table and of its reason; none where nothing is judged, or no run goes. */
export function judgeLines(report: CanaryReport, { style, width }: Shape): string[] {
  const { judge, health, phase } = report
  const metrics = judge?.metrics ?? []
  if (!judge || metrics.length === 0 || health === 'idle' || phase === '') return []
  const header = ['JUDGE', 'CANARY', 'PRIMARY', 'RATIO (95 %)', 'HARM', 'SAFETY', 'VERDICT']
  const rows = metrics.map((metric) => rowOf(metric, judge, style))
  const why = judge.why && judge.verdict !== 'Pass' ? wrapBehind('', clean(judge.why), width) : []
  const { wouldRollBackAt: at } = judge
  const shadow = at ? wrapBehind('', `the judge would have rolled back at ${at}`, width) : []
  const table = tableLines(header, rows, { width, ellipsis: style.ellipsis })
  return [...table, ...why, ...metrics.flatMap((metric) => rangedLines(metric, width)), ...shadow]
}

/** Where the table is too narrow for its last column, nothing else there tells it. */
function rangedLines({ name, ranged }: JudgedMetric, width: number | undefined): string[] {
  return ranged === undefined ? [] : wrapBehind('', clean(`${name}: ${ranged}`), width)
}

function rowOf(metric: JudgedMetric, judge: JudgeStatus, style: Style): string[] {
  const { canary, primary, ratio, harm, safety, shadow } = metric
  const { falseRollback = 1, missed = 5 } = judge.plan ?? {}
  return [
    clean(nameOf(metric)),
    countText(canary),
    countText(primary),
    ratio ? `${tenths(ratio.estimate)} (${tenths(ratio.low)}-${tenths(ratio.high)})` : '-',
    evidenceText(harm, falseRollback),
    evidenceText(safety, missed),
    metric.ranged === undefined
      ? verdictText(shadow ? { ...judge, shadow } : judge, style)
      : style.state('waiting', 'by its range'),
  ]
}

function nameOf({ name, bound: boundMs }: JudgedMetric): string {
  return subjectOf({ name, ...(boundMs !== undefined && { boundMs }) })
}

function countText(count: JudgedMetric['canary']): string {
  if (!count || count.all === 0) return '-'
  const share = Number(((100 * count.bad) / count.all).toPrecision(2))
  return `${count.bad}/${count.all} (${share} %)`
}

/** Of how much is needed, from the percentage that may be wrong. */
function evidenceText(evidence: number | undefined, percent: number): string {
  if (evidence === undefined) return '-'
  const shown = evidence >= 1_000 ? 'over 1000' : String(Number(evidence.toPrecision(2)))
  return `${shown} of ${Math.round(100 / percent)}`
}

function verdictText({ verdict, reason, shadow }: JudgeStatus, style: Style): string {
  const note = shadow ? ' (shadow)' : ''
  if (verdict === 'Pass') return style.state('good', `pass${note}`)
  if (verdict === 'Fail') return style.state('failed', `fail${note}`)
  return style.state(
    reason === 'Caution' ? 'warning' : 'waiting',
    `${words[reason ?? 'NeedsData']}${note}`,
  )
}

const words = {
  NeedsData: 'not proven yet',
  Caution: 'caution',
  Incident: 'primary fails',
  NoData: 'no data',
  Limit: 'over its limit',
} as const

const tenths = (value: number): string => value.toFixed(1)

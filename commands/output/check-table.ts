/** The table of checks in `status`. */
import type { CheckItem } from '../../src/report/check-items.ts'
import type { CanaryReport } from '../../src/report/report.ts'
import { clean } from './clean.ts'
import type { Style } from './style.ts'
import { tableLines } from './table.ts'

/** Lines of the table; none while there is nothing to check. */
export function checkLines(
  report: CanaryReport,
  { style, wide, width }: { style: Style; wide: boolean; width: number | undefined },
): string[] {
  const { items } = report.checks
  const idle = report.health === 'idle' || report.phase === ''
  if (items.length === 0 || idle) return []
  const header = wide
    ? ['CHECK', 'KIND', 'LAST', 'MIN', 'MAX', 'WINDOW', 'RESULT', 'FAILED', 'AT', 'SOURCE']
    : ['CHECK', 'LAST', 'LIMIT', 'RESULT', 'FAILED']
  const rows = items.map((item) => (wide ? wideRow : narrowRow)(item, report, style))
  return tableLines(header, rows, { width, ellipsis: style.ellipsis })
}

function narrowRow(item: CheckItem, report: CanaryReport, style: Style): string[] {
  return [
    clean(item.name),
    lastText(item),
    limitText(item),
    resultText(item, report, style),
    failedText(item),
  ]
}

function wideRow(item: CheckItem, report: CanaryReport, style: Style): string[] {
  const isMetric = item.kind === 'metric'
  return [
    clean(item.name),
    isMetric ? 'metric' : item.type,
    lastText(item),
    isMetric ? numberText(item.min, item.unit) : '-',
    isMetric ? numberText(item.max, item.unit) : limitText(item),
    item.window ?? '-',
    resultText(item, report, style),
    failedText(item),
    item.at?.slice(11) ?? '-',
    item.source ?? '-',
  ]
}

/** A value with its unit, at most four significant digits. */
export function numberText(value: number | null, unit: string | null): string {
  if (value === null) return '-'
  const short = Number.isInteger(value) ? value : Number(value.toPrecision(4))
  return `${short}${unit && unit !== '%' ? clean(unit) : ''}`
}

function lastText({ value, unit, error }: CheckItem): string {
  return value === null && error ? 'none' : numberText(value, unit)
}

function limitText({ kind, type, min, max, unit }: CheckItem): string {
  if (kind === 'webhook') return type.startsWith('confirm-') ? 'open' : '2xx'
  if (min !== null && max !== null) return `${numberText(min, unit)}..${numberText(max, unit)}`
  if (min !== null) return `>= ${numberText(min, unit)}`
  return max !== null ? `<= ${numberText(max, unit)}` : 'any'
}

function resultText({ name, ok, type }: CheckItem, report: CanaryReport, style: Style): string {
  if (report.progress.gate?.name === name) return style.state('waiting', 'waiting')
  if (ok === null) return style.state('idle', type.startsWith('confirm-') ? 'later' : 'unknown')
  return ok ? style.state('good', 'pass') : style.state('failed', 'fail')
}

function failedText({ type, failedCount }: CheckItem): string {
  return type.startsWith('confirm-') && failedCount === 0 ? '-' : `${failedCount}`
}

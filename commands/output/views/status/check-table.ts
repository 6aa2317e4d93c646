/** The table of checks in `status`. */
import type { CheckItem } from '../../../../src/report/check-items.ts'
import type { CanaryReport } from '../../../../src/report/report.ts'
import { numberText } from '../../../../src/report/runs/values.ts'
import { clean } from '../../clean.ts'
import type { Style } from '../../style.ts'
import { tableLines } from '../../table.ts'

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
    isMetric ? shown(item.min, item.unit) : '-',
    isMetric ? shown(item.max, item.unit) : limitText(item),
    clean(item.window ?? '-'),
    resultText(item, report, style),
    failedText(item),
    clean(item.at?.slice(11) ?? '-'),
    clean(item.source ?? '-'),
  ]
}

function lastText({ value, unit, error }: CheckItem): string {
  return value === null && error ? 'none' : shown(value, unit)
}

function limitText({ kind, type, min, max, unit }: CheckItem): string {
  if (kind === 'webhook') return type.startsWith('confirm-') ? 'open' : '2xx'
  if (min !== null && max !== null) return `${shown(min, unit)}..${shown(max, unit)}`
  if (min !== null) return `>= ${shown(min, unit)}`
  return max !== null ? `<= ${shown(max, unit)}` : 'any'
}

function resultText({ name, ok, type }: CheckItem, report: CanaryReport, style: Style): string {
  if (report.progress.gate?.name === name) return style.state('waiting', 'waiting')
  if (ok === null) return style.state('idle', type.startsWith('confirm-') ? 'later' : 'unknown')
  return ok ? style.state('good', 'pass') : style.state('failed', 'fail')
}

function failedText({ type, failedCount }: CheckItem): string {
  return type.startsWith('confirm-') && failedCount === 0 ? '-' : `${failedCount}`
}

function shown(value: number | null, unit: string | null): string {
  return clean(numberText(value, unit))
}

/** What checks, hooks and alerts answered when they were asked once, as a table. */
import type { Probe } from '../../../rehearsing/probe.ts'
import { clean } from '../../clean.ts'
import type { Mood, Style } from '../../style.ts'
import { tableLines } from '../../table.ts'
import { wrapBehind } from '../../wrap.ts'

const moods: Readonly<Record<Probe['verdict'], Mood>> = {
  pass: 'good',
  fail: 'failed',
  'no data': 'failed',
  error: 'failed',
  skipped: 'idle',
}

/** A row for each, and below them why those failed that say it. */
export function probeLines(
  probes: readonly Probe[],
  { style, width }: { style: Style; width: number | undefined },
): string[] {
  const rows = probes.map((one) => [
    clean(one.name),
    one.kind,
    valueText(one),
    limitText(one),
    style.state(moods[one.verdict], one.verdict),
    `${one.tookMs}ms`,
  ])
  const header = ['CHECK', 'KIND', 'VALUE', 'LIMIT', 'VERDICT', 'TOOK']
  const reasons = probes.flatMap(({ name, why }) =>
    why === undefined ? [] : wrapBehind(`${clean(name)}: `, clean(why), width),
  )
  return [...tableLines(header, rows, { width, ellipsis: style.ellipsis }), ...reasons]
}

function valueText({ value, unit = '' }: Probe): string {
  return value === undefined ? '-' : `${Number(value.toPrecision(4))}${unit}`
}

function limitText({ min, max, unit = '', kind }: Probe): string {
  const bounds = [
    ...(min === undefined ? [] : [`>= ${min}${unit}`]),
    ...(max === undefined ? [] : [`<= ${max}${unit}`]),
  ]
  return bounds.join(', ') || (kind === 'metric' ? 'none' : '-')
}

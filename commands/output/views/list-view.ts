/** The table of `list`. */

import { isUnderWay } from '../../../src/canary/phases.ts'
import type { CanaryReport } from '../../../src/report/report.ts'
import { ageOf, spanText } from '../age.ts'
import { clean, pad, widthOf } from '../clean.ts'
import type { Style } from '../style.ts'
import { tableLines } from '../table.ts'
import { wrapBehind } from '../wrap.ts'
import { changedTags } from './images.ts'
import { moodOf } from './mood.ts'

export interface ListOptions {
  style: Style
  now: Date
  width: number | undefined
  wide: boolean
  namespaces: boolean
  headers: boolean
  showLabels: boolean
  labelColumns: readonly string[]
  /** With the column REASON, or the reason in a line below where there is no room for a column. */
  reasons: boolean
}

/** A canary in the list: its report, and the labels of the object. */
export interface ListItem {
  report: CanaryReport
  labels: Record<string, string>
}

/** Lines of the table, header first. */
export function listLines(items: readonly ListItem[], options: ListOptions): string[] {
  const { namespaces, wide, showLabels, labelColumns } = options
  const header = [
    ...(namespaces ? ['NAMESPACE'] : []),
    'NAME',
    'STATUS',
    'WEIGHT',
    'STEP',
    'CHECKS',
    'SINCE',
    ...(wide ? ['ETA', 'STRATEGY', 'PROVIDER', 'TARGET', 'CHANGE'] : []),
    ...labelColumns.map((key) => clean(key.split('/').at(-1) ?? key).toUpperCase()),
    ...(showLabels ? ['LABELS'] : []),
  ]
  const rows = items.map((item) => listRow(item, options))
  const width = wide ? undefined : options.width
  const beside = options.reasons && hasColumn(width) ? leastReason : 0
  const lines = tableLines(options.headers ? header : undefined, rows, {
    width: width === undefined ? undefined : width - beside,
    elastic: namespaces ? 1 : 0,
    ellipsis: options.style.ellipsis,
  })
  return options.reasons ? withReasons(lines, items, options, width) : lines
}

/** A terminal has room for the column from this width on; a pipe always has. */
const columnFrom = 120
/** Columns that long names leave to the reason. */
const leastReason = 43

/** Whether reasons have a column in so many columns of text; undefined has no limit. */
export function hasColumn(width: number | undefined): boolean {
  return width === undefined || width >= columnFrom
}

/** A reason is never cut: it goes on below itself. */
function withReasons(
  lines: readonly string[],
  items: readonly ListItem[],
  { headers }: ListOptions,
  width: number | undefined,
): string[] {
  const room = Math.max(...lines.map(widthOf)) + 3
  return lines.flatMap((line, at) => {
    if (headers && at === 0) return [hasColumn(width) ? `${pad(line, room)}REASON` : line]
    const reason = clean(items[at - (headers ? 1 : 0)]?.report.reason ?? '')
    if (hasColumn(width)) return wrapBehind(pad(line, room), reason || '-', width)
    return reason === '' ? [line] : [line, ...wrapBehind('    ', reason, width)]
  })
}

function listRow({ report, labels }: ListItem, options: ListOptions): string[] {
  const { style, now } = options
  const { checks, controller, metadata, traffic } = report
  const since = ageOf(controller.lastStatusWrite ?? undefined, now)
  return [
    ...(options.namespaces ? [clean(metadata.namespace)] : []),
    clean(metadata.name),
    style.paint(moodOf(report), clean(report.state)),
    weightText(traffic),
    stepText(report),
    `${checks.failed}/${checks.threshold}`,
    controller.stale ? style.paint('failed', since) : since,
    ...(options.wide ? wideCells(report) : []),
    ...options.labelColumns.map((key) => clean(labels[key] ?? '<none>')),
    ...(options.showLabels ? [labelText(labels)] : []),
  ]
}

/** In an A/B test 100 is the share of those who match, and of nobody else. */
export function weightText({ of, source, canary }: CanaryReport['traffic']): string {
  return of === 'matching' ? 'match' : `${source === 'assumed' ? '~' : ''}${canary}`
}

function wideCells(report: CanaryReport): string[] {
  const { strategy, workloads, revision } = report
  return [
    etaText(report),
    strategy.type,
    `${strategy.assumed === null ? '' : '~'}${clean(strategy.provider)}`,
    targetText(workloads.canary),
    changedTags(revision.images),
  ]
}

/** As kubectl shows what is not there. */
function targetText({ kind, name }: CanaryReport['workloads']['canary']): string {
  return name === '' ? '<none>' : `${kind.toLowerCase()}/${clean(name)}`
}

/** `4/10` weights or iterations; `-` when no run is in progress. */
export function stepText({ progress, phase }: CanaryReport): string {
  if (!isUnderWay(phase)) return '-'
  const { step, steps, iteration, iterations } = progress
  if (step !== null && steps !== null) return `${step}/${steps}`
  return iteration !== null && iterations !== null ? `${iteration}/${iterations}` : '-'
}

/** Time left, or what the run waits for. */
export function etaText({ progress, health, paused }: CanaryReport): string {
  if (health === 'waiting') return 'gate'
  return progress.secondsLeft && !paused ? spanText(progress.secondsLeft.best) : '-'
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, value]) => clean(`${key}=${value}`))
  return pairs.sort().join(',') || '<none>'
}

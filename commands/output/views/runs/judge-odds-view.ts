/** What the judge tells apart, beside the range, as tables. */
import type { Odds } from '../../../../src/judge/simulated/compare.ts'
import type { JudgeRow } from '../../../../src/simulation/judge-table.ts'
import { tableLines } from '../../table.ts'

/** A row for each version: the judge first, then the range on the same traffic. */
export function judgeOddsLines(rows: readonly JudgeRow[]): string[] {
  const header = [
    ...['CANARY', 'RULE', 'ROLLED BACK', 'PROMOTED', 'UNDECIDED'],
    ...['FOUND IN', 'PROMOTED IN', 'FAILED REQUESTS'],
  ]
  const cells = rows.flatMap(({ label, judge, range }) => [
    [label, 'judge', ...oddsCells(judge)],
    ...(range ? [['', 'range', ...oddsCells(range)]] : []),
  ])
  return tableLines(header, cells)
}

export interface SweptRow {
  /** Such as `ratio=3`. */
  label: string
  healthy: Odds
  /** A version that is worse by the ratio of the spec. */
  worse: Odds
}

/** A row for each value of one setting. */
export function sweepLines(rows: readonly SweptRow[], ratio: number): string[] {
  const header = [
    ...['SETTING', 'HEALTHY: PROMOTED', 'ROLLED BACK', 'UNDECIDED', 'PROMOTED IN'],
    ...[`${ratio} x: ROLLED BACK`, 'PROMOTED', 'UNDECIDED', 'FOUND IN'],
  ]
  const cells = rows.map(({ label, healthy, worse }) => [
    label,
    ...[healthy.promoted, healthy.rolledBack, healthy.undecided].map(percent),
    minutes(healthy.promotedMinutes),
    ...[worse.rolledBack, worse.promoted, worse.undecided].map(percent),
    minutes(worse.foundMinutes),
  ])
  return tableLines(header, cells)
}

function oddsCells(odds: Odds): string[] {
  return [
    ...[odds.rolledBack, odds.promoted, odds.undecided].map(percent),
    ...[odds.foundMinutes, odds.promotedMinutes].map(minutes),
    `${Math.round(Math.max(0, odds.failed))}`,
  ]
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`

const minutes = (of: number | undefined): string =>
  of === undefined ? '-' : `${Number(of.toFixed(1))}m`

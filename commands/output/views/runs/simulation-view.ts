/** A simulated run, and what many of them come to, as text. */
import { formatDuration, shortDuration } from '../../../../src/canary/duration.ts'
import type { Odds } from '../../../../src/simulation/odds.ts'
import type { Played } from '../../../../src/simulation/simulate.ts'
import { clean } from '../../clean.ts'
import type { Style } from '../../style.ts'
import { tableLines } from '../../table.ts'
import { wrapBehind } from '../../wrap.ts'

/** The timeline, then what it came to. */
export function playedLines(
  played: Played,
  of: { threshold: number; width: number | undefined; style: Style },
): string[] {
  const { result, seconds, users, failedUsers, timeline } = played
  const { threshold, width, style } = of
  const rows = timeline.map(({ at, phase, weight, failed, event }) => [
    time(at),
    phase,
    `${weight}%`,
    `${failed}/${threshold}`,
    clean(event),
  ])
  const header = ['TIME', 'PHASE', 'CANARY', 'CHECKS', 'WHAT HAPPENS']
  const options = { width, elastic: header.length - 1, ellipsis: style.ellipsis }
  const mood = result === 'promoted' ? 'good' : 'failed'
  const words = result === 'unfinished' ? 'not ended' : result
  const found = result === 'rolled back' ? foundWithin(timeline, seconds) : ''
  const verdict = `${words} after ${time(seconds)}; users sent ${users} requests to the canary, and ${failedUsers} of them failed${found}`
  const [first = '', ...more] = wrapBehind('', verdict, width)
  return [...tableLines(header, rows, options), style.paint(mood, first), ...more]
}

/** From the first user who met it until the traffic was taken back. */
function foundWithin(timeline: Played['timeline'], seconds: number): string {
  const met = timeline.find(({ weight }) => weight > 0)
  return met ? `, until it was found ${time(seconds - met.at)} after the first of them` : ''
}

/** A row for each error rate. */
export function oddsLines(odds: readonly Odds[]): string[] {
  const header = ['ERRORS', 'PROMOTED', 'ROLLED BACK', 'NOT ENDED', 'TAKES', 'FAILED REQUESTS']
  const rows = odds.map((one) => [
    `${Number((one.errorRate * 100).toFixed(4))}%`,
    ...[one.promoted, one.rolledBack, one.unfinished].map((count) => percent(count, one.runs)),
    time(one.medianSeconds),
    `${one.medianFailedUsers}`,
  ])
  return tableLines(header, rows)
}

function percent(count: number, all: number): string {
  return `${((100 * count) / all).toFixed(1)}%`
}

function time(seconds: number): string {
  return shortDuration(formatDuration(seconds * 1000))
}

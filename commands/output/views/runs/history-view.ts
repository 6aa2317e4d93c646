/** The runs of a canary as text: a row for each, and below it why it ended and who asked for what. */

import { countedText, podText } from '../../../../src/report/runs/cause.ts'
import type { CanaryHistory, RunReport } from '../../../../src/report/runs/history.ts'
import { ageOf, ageText } from '../../age.ts'
import { clean } from '../../clean.ts'
import type { Mood, Style } from '../../style.ts'
import { tableLines } from '../../table.ts'
import { wrapBehind } from '../../wrap.ts'
import { changedTags } from '../images.ts'

export interface HistoryOptions {
  style: Style
  now: Date
  width: number | undefined
  headers: boolean
  /** The column CANARY: several of them, in this namespace or in all. */
  names: 'none' | 'name' | 'namespaced'
}

/** A run, and whose it is. */
export interface HistoryRow {
  run: RunReport
  of: CanaryHistory['metadata']
}

/** Lines of the table; a sentence is never cut, it goes on in the next line. */
export function historyLines(rows: readonly HistoryRow[], options: HistoryOptions): string[] {
  const { headers, names, width, style } = options
  const header = [
    ...(names === 'none' ? [] : ['CANARY']),
    ...['RUN', 'RESULT', 'AGE', 'STARTED', 'TOOK', 'CHANGE', 'FAILED', 'BY'],
  ]
  const cells = rows.map((row) => cellsOf(row, options))
  const elastic = header.indexOf('CHANGE')
  const [first, ...lines] = tableLines(header, cells, { width, elastic, ellipsis: style.ellipsis })
  const told = lines.flatMap((line, at) => [
    line,
    ...detailsOf(rows[at]?.run, options).flatMap((text) => wrapBehind('      ', text, width)),
  ])
  return headers && first !== undefined ? [first, ...told] : told
}

function cellsOf({ run, of }: HistoryRow, { style, now, names }: HistoryOptions): string[] {
  const canary = names === 'namespaced' ? `${of.namespace}/${of.name}` : of.name
  return [
    ...(names === 'none' ? [] : [clean(canary)]),
    `${run.id}`,
    style.paint(moodOf(run), clean(run.result)),
    run.startedAt === null ? '-' : ageOf(run.startedAt, now),
    // The minute is enough in the row; documents have it all.
    run.startedAt === null ? '-' : clean(run.startedAt).replace(/^(\S+)T(\d\d:\d\d).*$/, '$1 $2Z'),
    tookText(run, now),
    changedTags(run.images),
    `${run.failedChecks}`,
    clean(run.by ?? '-'),
  ]
}

function moodOf({ result }: RunReport): Mood {
  if (result === 'Failed') return 'failed'
  if (result === 'Running') return 'moving'
  if (result === 'Waiting') return 'waiting'
  return result === 'Succeeded' || result === 'Skipped' ? 'good' : 'warning'
}

function tookText({ result, startedAt, endedAt }: RunReport, now: Date): string {
  if (startedAt === null) return '-'
  const end = result === 'Running' ? now.getTime() : Date.parse(endedAt ?? '')
  const ms = end - Date.parse(startedAt)
  return Number.isNaN(ms) ? '-' : ageText(Math.max(0, ms))
}

/** Why it ended; then what else is on record. */
function detailsOf(run: RunReport | undefined, { style }: HistoryOptions): string[] {
  if (!run) return []
  const { cause, checks, requests, pods, result } = run
  const isSaid = result === 'Failed'
  const others = isSaid && run.deadlineSeconds === null ? checks.filter(({ ok }) => ok) : checks
  return [
    ...(cause && !isOrdinary(run) ? [style.paint(moodOf(run), clean(cause))] : []),
    ...others.map((check) => clean(check.ok ? passedText(check, result) : countedText(check))),
    ...(isSaid ? [] : pods.map((pod) => clean(podText(pod)))),
    ...requests.map(requestText),
  ]
}

/** That it was promoted because all went well stands in the row. */
function isOrdinary({ result }: RunReport): boolean {
  return result === 'Succeeded'
}

function passedText({ name, failed }: RunReport['checks'][number], result: string): string {
  const times = failed === 1 ? 'once' : `${failed} times`
  return `${name} failed ${times}, and ${result === 'Running' ? 'passes now' : 'passed in the end'}`
}

function requestText({ verb, by, at, reason, result }: RunReport['requests'][number]): string {
  const who = by ? ` by ${clean(by)}` : ''
  const why = reason ? `: "${clean(reason)}"` : ''
  return `${clean(verb)}${who}${at ? ` at ${clean(at)}` : ''}, ${clean(result)}${why}`
}

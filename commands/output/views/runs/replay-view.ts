/** Runs that were judged once more, as text. */
import { subjectOf } from '../../../../src/judge/explain.ts'
import type { ReplayReport } from '../../../../src/report/runs/replayed.ts'
import type { RecordedRun } from '../../../../src/simulation/recorded.ts'
import { tableLines } from '../../table.ts'

/** The checks as a table, the verdict beside the recorded one, and where the two part. */
export function replayLines({
  verdict,
  look,
  recorded,
  metrics,
  differences,
}: ReplayReport): string[] {
  const rows = metrics.map(({ name, bound, looks, harm, safety }) => [
    subjectOf({ name, ...(bound !== null && { boundMs: bound }) }),
    `${looks}`,
    `${harm}`,
    `${safety}`,
  ])
  const same =
    differences.length === 0 && verdict === recorded ? ', as recorded' : `, recorded is ${recorded}`
  return [
    ...tableLines(['CHECK', 'LOOKS', 'HARM', 'SAFETY'], rows),
    '',
    `${verdict} at look ${look}${same}`,
    ...differences,
  ]
}

/** A row for each run that the metrics hold. */
export function recordedLines(runs: readonly RecordedRun[]): string[] {
  if (runs.length === 0) return ['no run is in the metrics: the canary had no requests']
  const header = ['STARTED', 'LOOKS', 'CANARY', 'PRIMARY', 'JUDGE', 'RANGE']
  const rows = runs.map(({ startedAt, looks, canary, primary, judge, range }) => [
    startedAt.replace('.000Z', 'Z'),
    `${looks}`,
    `${canary.bad}/${canary.all}`,
    `${primary.bad}/${primary.all}`,
    judge.verdict === 'Inconclusive'
      ? 'undecided'
      : `${judge.verdict.toLowerCase()} at look ${judge.look}`,
    range ? (range.result === 'promoted' ? 'pass' : `fail at look ${range.look}`) : '-',
  ])
  return tableLines(header, rows)
}

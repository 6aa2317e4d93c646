/** The looks of a judged run as a table: what was counted, and what it made of the evidence. */
import type { EvidenceRow } from '../../../../src/report/runs/evidence.ts'
import { clean } from '../../clean.ts'
import type { Style } from '../../style.ts'
import { tableLines } from '../../table.ts'

const header = ['CHECK', 'LOOK', 'SECONDS', 'CANARY', 'PRIMARY', 'HARM', 'SAFETY', 'NOTE']

/** One line for each row, below the names of the columns where `headers` asks for them. */
export function evidenceLines(
  rows: readonly EvidenceRow[],
  { style, width, headers }: { style: Style; width: number | undefined; headers: boolean },
): string[] {
  const cells = rows.map((row) => [
    clean(row.metric),
    `${row.look}`,
    `${row.seconds}`,
    `${row.canary.bad}/${row.canary.all}`,
    `${row.primary.bad}/${row.primary.all}`,
    shown(row.harm),
    shown(row.safety),
    row.skipped === null ? '' : `set aside: ${row.skipped}`,
  ])
  return tableLines(headers ? header : undefined, cells, { width, ellipsis: style.ellipsis })
}

const shown = (evidence: number): string => (evidence >= 1e6 ? 'over 1000000' : `${evidence}`)

/** kubectl's table: upper-case headers, cells three blanks apart, no rules. */
import Table from 'cli-table3'
import { cut, widthOf } from './clean.ts'

const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}

export interface TableOptions {
  /** Columns of the terminal; absent cuts nothing. */
  width?: number | undefined
  /** The column whose cells are cut when a row does not fit; default is the first. */
  elastic?: number
  ellipsis?: string
}

/** Lines of a table, without trailing blanks. Cells must be clean. */
export function tableLines(
  header: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string[] {
  const all = header ? [header, ...rows] : rows
  if (all.length === 0) return []
  const fitted = squeezed(all, options)
  const table = new Table({
    chars: bare,
    // The library colours its header and borders even into a pipe unless told otherwise.
    style: { 'padding-left': 0, 'padding-right': 3, head: [], border: [], compact: true },
  })
  table.push(...fitted.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

/** Takes from one column what a row is too wide for the terminal. */
function squeezed(
  rows: readonly (readonly string[])[],
  { width, elastic = 0, ellipsis = '…' }: TableOptions,
): readonly (readonly string[])[] {
  if (width === undefined) return rows
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, at) =>
    Math.max(...rows.map((row) => widthOf(row[at] ?? ''))),
  )
  const excess = widths.reduce((sum, one) => sum + one, 0) + 3 * (columns - 1) - width
  if (excess <= 0) return rows
  const room = Math.max(8, (widths[elastic] ?? 0) - excess)
  return rows.map((row) =>
    row.map((cell, at) => (at === elastic ? cut(cell, room, ellipsis) : cell)),
  )
}

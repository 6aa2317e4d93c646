/** kubectl's table: upper-case headers, cells three blanks apart, no rules. */
import Table from 'cli-table3'
import { cut, pad, widthOf } from './clean.ts'

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
  const { fitted, gap } = squeezed(all, options)
  const lines = all.length > manyRows ? padded(fitted, gap) : drawn(fitted, gap)
  return lines.map((line) => line.trimEnd())
}

/** The library takes a fifth of a millisecond for a row: felt where there are hundreds of them. */
const manyRows = 50

function padded(rows: readonly (readonly string[])[], gap: number): string[] {
  const widths = widthsOf(rows)
  return rows.map((row) => row.map((cell, at) => pad(cell, (widths[at] ?? 0) + gap)).join(''))
}

function drawn(rows: readonly (readonly string[])[], gap: number): string[] {
  const table = new Table({
    chars: bare,
    // The library colours its header and borders even into a pipe unless told otherwise.
    style: { 'padding-left': 0, 'padding-right': gap, head: [], border: [], compact: true },
  })
  table.push(...rows.map((row) => [...row]))
  return table.toString().split('\n')
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const columns = Math.max(...rows.map((row) => row.length))
  return Array.from({ length: columns }, (_, at) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), 0),
  )
}

interface Squeezed {
  fitted: readonly (readonly string[])[]
  /** Blanks between two cells. */
  gap: number
}

const usualGap = 3
/** Columns of a name that can still be read, and of one that can be told from others. */
const goodCell = 20
const leastCell = 8

/**
 * Takes from one column what a row is too wide for the terminal; then from the gaps; and where
 * all that is not enough, the last columns are left out.
 */
function squeezed(
  rows: readonly (readonly string[])[],
  { width, elastic = 0, ellipsis = '…' }: TableOptions,
): Squeezed {
  if (width === undefined) return { fitted: rows, gap: usualGap }
  const widths = widthsOf(rows)
  const excess = (gap: number) =>
    widths.reduce((sum, one) => sum + one, 0) + gap * (widths.length - 1) - width
  const elasticWidth = widths[elastic] ?? 0
  const least = Math.min(leastCell, elasticWidth)
  const fits = (gap: number) => elasticWidth - excess(gap) >= least
  const gap = elasticWidth - excess(usualGap) >= Math.min(elasticWidth, goodCell) ? usualGap : 1
  while (!fits(gap) && widths.length > elastic + 1) widths.pop()
  const room = Math.max(least, elasticWidth - Math.max(0, excess(gap)))
  const fitted = rows.map((row) =>
    row
      .slice(0, widths.length)
      .map((cell, at) => (at === elastic ? cut(cell, room, ellipsis) : cell)),
  )
  return { fitted, gap }
}

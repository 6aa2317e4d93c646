/** Annotated CSV, as InfluxDB answers: docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv. */

/** A cell of a record, with the type and the default of its column. */
export interface Cell {
  /** `double`, `long`, `string`, …; empty where the answer does not say. */
  type: string
  /** Empty for null. */
  text: string
}

/** The cells of the first record, by column; undefined where there is none. */
export function firstRecord(csv: string): Record<string, Cell> | undefined {
  let types: string[] = []
  let defaults: string[] = []
  let names: string[] | undefined
  for (const row of rowsOf(csv)) {
    const [mark = ''] = row
    const isAnnotation = mark.startsWith('#')
    if (isAnnotation) names = undefined
    if (mark === '#datatype') types = row
    else if (mark === '#default') defaults = row
    else if (isAnnotation || row.every((cell) => cell === '')) continue
    else if (names)
      return Object.fromEntries(
        names.map((name, at) => [
          name,
          { type: types[at] ?? '', text: row[at] || (defaults[at] ?? '') },
        ]),
      )
    else names = row
  }
  return undefined
}

/**
 * Rows of cells; a quoted cell may hold commas, line ends, and quotes written twice. What is not as
 * it should be goes with its cell: to look for the end of a cell anew would take for ever.
 */
function rowsOf(csv: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const lines = csv.replaceAll('\r\n', '\n')
  for (const [, quoted, plain = '', end = ''] of lines.matchAll(
    /(?:"((?:[^"]|"")*)"?[^,\n]*|([^,\n]*))(,|\n|$)/g,
  )) {
    row.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

/** Values of metrics from a file, for a simulated run. */
import type { Canary } from '../../src/canary/canary.ts'
import { parseDuration } from '../../src/canary/duration.ts'
import { UsageError } from '../../src/errors.ts'
import { isMap, readJson } from '../../src/json.ts'
import type { Recording } from '../../src/simulation/script.ts'
import { clean } from '../output/clean.ts'

type Row = Recording['rows'][number]

/**
 * CSV whose first line is `time` and names of metrics, or JSON: a list of objects with the same
 * keys. A time is a duration or seconds since the run began. Throws UsageError, with the row.
 */
export function readRecording(text: string, file: string, { analysis }: Canary): Recording {
  if (analysis.judge)
    throw new UsageError('--metrics is for checks by range; a judge is tried out by --error-rate')
  const records = /^\s*\[/.test(text) ? fromJson(text, file) : fromCsv(text)
  const rows = records.map((record, at) => rowOf(record, `${file}, row ${at + 1}`))
  const names = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))]
  const known = analysis.metrics.map(({ name }) => name)
  const strange = names.find((name) => !known.includes(name))
  if (strange !== undefined)
    throw new UsageError(
      `${file}: "${clean(strange)}" is no metric of the Canary; it has ${clean(known.join(', ')) || 'none'}`,
    )
  return { names, rows: rows.toSorted((a, b) => a.seconds - b.seconds) }
}

function fromCsv(text: string): Record<string, unknown>[] {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const names = head.split(',').map((cell) => cell.trim())
  return lines.map((line) => {
    const cells = line.split(',').map((cell) => cell.trim())
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']))
  })
}

function fromJson(text: string, file: string): Record<string, unknown>[] {
  const read = readJson(text)
  if (Array.isArray(read) && read.every(isMap)) return read
  throw new UsageError(`${file} is no JSON list of objects, each with a "time"`)
}

function rowOf({ time, ...cells }: Record<string, unknown>, where: string): Row {
  const seconds = secondsOf(time)
  if (seconds === undefined)
    throw new UsageError(`${where}: "time" must be a duration such as 90s, or seconds`)
  const values = Object.entries(cells).map(([name, cell]) => {
    if (cell === '' || cell === null) return [name, undefined] as const
    const value = Number(cell)
    if (Number.isFinite(value)) return [name, value] as const
    throw new UsageError(`${where}: ${clean(name)} is no number; leave it empty for no value`)
  })
  return { seconds, values: Object.fromEntries(values) }
}

function secondsOf(time: unknown): number | undefined {
  const text = `${time ?? ''}`.trim()
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  const ms = parseDuration(text)
  return ms === undefined || ms < 0 ? undefined : ms / 1000
}

/** The table of `gate`. */
import type { GateReport } from '../../../src/report/gates/list.ts'
import { clean, pad, widthOf } from '../clean.ts'
import type { Style } from '../style.ts'
import { tableLines } from '../table.ts'
import { wrapBehind } from '../wrap.ts'

export interface GatesOptions {
  style: Style
  width: number | undefined
  headers: boolean
  /** The column CANARY. */
  names: boolean
}

export interface GateRow {
  gate: GateReport
  canary: string
}

/** Who answers stands beside the gate, or below it where the terminal is too narrow. */
export function gateLines(rows: readonly GateRow[], options: GatesOptions): string[] {
  const { style, width, headers, names } = options
  const header = [...(names ? ['CANARY'] : []), 'GATE', 'TYPE', 'STATE']
  const cells = rows.map(({ gate, canary }) => [
    ...(names ? [clean(canary)] : []),
    clean(gate.name),
    gate.type,
    stateText(gate, style),
  ])
  const elastic = header.indexOf('GATE')
  const lines = tableLines(header, cells, { width, elastic, ellipsis: style.ellipsis })
  const answerers = ['ANSWERED BY', ...rows.map(({ gate }) => clean(answererText(gate)))]
  const column = Math.max(...lines.map(widthOf)) + 3
  const longest = Math.max(...answerers.map(widthOf))
  const isBeside = width === undefined || column + longest <= width
  return lines.flatMap((line, at) => {
    const by = answerers[at] ?? ''
    if (at === 0 && !headers) return []
    if (isBeside) return [`${pad(line, column)}${by}`]
    return at === 0 ? [line] : [line, ...wrapBehind('    ', by, width)]
  })
}

function stateText({ open, isWaitedFor, type }: GateReport, style: Style): string {
  if (open === null) return 'unknown'
  // An open way back is no good news.
  if (open) return style.paint(type === 'rollback' ? 'failed' : 'good', 'open')
  return isWaitedFor ? style.paint('waiting', 'closed, waited for') : 'closed'
}

function answererText({ answeredBy, url, annotation, isWaitedFor }: GateReport): string {
  const how = isWaitedFor ? ' (promote opens it)' : ''
  if (answeredBy === 'annotation') return `annotation ${annotation}${how}`
  return `${answeredBy === 'service' ? 'webhook' : 'external'} ${url ?? ''}${how}`
}

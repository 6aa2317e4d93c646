/** The table of `gate`. */
import type { GateReport } from '../../../src/report/gates/list.ts'
import { clean } from '../clean.ts'
import type { Style } from '../style.ts'
import { tableLines } from '../table.ts'

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

export function gateLines(rows: readonly GateRow[], options: GatesOptions): string[] {
  const { style, width, headers, names } = options
  const header = [...(names ? ['CANARY'] : []), 'GATE', 'TYPE', 'STATE', 'ANSWERED BY']
  const cells = rows.map(({ gate, canary }) => [
    ...(names ? [clean(canary)] : []),
    clean(gate.name),
    gate.type,
    stateText(gate, style),
    clean(answererText(gate)),
  ])
  const elastic = header.indexOf('GATE')
  return tableLines(headers ? header : undefined, cells, {
    ...{ width, elastic, ellipsis: style.ellipsis },
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

/** The table of `events`: kubectl's columns, and a message that is never cut. */
import type { EventItem } from '../../../src/report/events/document.ts'
import { ageOf } from '../age.ts'
import { clean, pad, widthOf } from '../clean.ts'
import type { Style } from '../style.ts'
import { tableLines } from '../table.ts'
import { wrapBehind } from '../wrap.ts'

export interface EventsOptions {
  style: Style
  now: Date
  width: number | undefined
  headers: boolean
  namespaces: boolean
  /** RFC 3339 in place of ages: a line of a log is read later. */
  stamps: boolean
}

/** Lines of the table; a message goes on in the next line. */
export function eventLines(items: readonly EventItem[], options: EventsOptions): string[] {
  const { headers, namespaces, width, style } = options
  if (items.length === 0) return []
  const header = [...(namespaces ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT']
  const rows = items.map((item) => cellsOf(item, options))
  const elastic = header.length - 1
  // At least half of a narrow terminal is for what was said.
  const room = width === undefined ? undefined : Math.max(40, Math.floor(width / 2))
  const lines = tableLines(header, rows, { width: room, elastic, ellipsis: style.ellipsis })
  const column = Math.max(...lines.map(widthOf)) + 3
  const told = lines.flatMap((line, at) => {
    if (at === 0) return headers ? [`${pad(line, column)}MESSAGE`] : []
    return wrapBehind(pad(line, column), clean(items[at - 1]?.message ?? '').trim(), width)
  })
  return told.map((line) => line.trimEnd())
}

function cellsOf(item: EventItem, { style, now, namespaces, stamps }: EventsOptions): string[] {
  const { object, at, type, reason, count } = item
  const age = stamps ? clean(at) : ageOf(at, now)
  return [
    ...(namespaces ? [clean(object.namespace)] : []),
    count > 1 ? `${age} (x${count})` : age,
    type === 'Warning' ? style.paint('warning', 'Warning') : clean(type),
    clean(reason),
    clean(`${object.kind}/${object.name}`),
  ]
}

/**
 * `text` with `content` between the lines `<!-- NAME:begin -->` and `<!-- NAME:end -->`; the rest
 * stays. Throws where the two lines are missing.
 */
export function withMarked(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->\n`, `<!-- ${name}:end -->`]
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`the lines ${begin.trim()} and ${end} are missing`)
  return `${text.slice(0, from + begin.length)}\n${content}\n\n${text.slice(to)}`
}

/** A Markdown table; the first row is its head. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = rows
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rest.map(line)].join('\n')
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|')
}

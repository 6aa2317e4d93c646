/**
 * Reads the part of PromQL that metric checks use: selectors, ranges, functions, aggregations, and
 * operators between vectors whose labels are equal. What it lacks is refused, never misread.
 */

export interface Matcher {
  label: string
  op: '=' | '!=' | '=~' | '!~'
  value: string
}

export type Query =
  | { kind: 'number'; value: number }
  | { kind: 'text'; text: string }
  | Selector
  | { kind: 'call'; name: string; args: Query[] }
  | { kind: 'aggregate'; name: string; by: string[]; without: boolean; of: Query }
  | { kind: 'binary'; op: string; left: Query; right: Query }

export interface Selector {
  kind: 'selector'
  name: string
  matchers: Matcher[]
  rangeMs: number | undefined
  /** How long ago it is meant. */
  offsetMs: number
}

const aggregations = ['sum', 'avg', 'min', 'max', 'count']
const precedence: Readonly<Record<string, number>> = {
  or: 1,
  and: 1.5,
  unless: 1.5,
  '==': 2,
  '!=': 2,
  '<=': 2,
  '<': 2,
  '>=': 2,
  '>': 2,
  '+': 3,
  '-': 3,
  '*': 4,
  '/': 4,
  '%': 4,
}
/** Words that change how an operator works. */
const refused = ['bool', 'on', 'ignoring', 'group_left', 'group_right']
const token =
  /\s*([a-zA-Z_:][\w:]*|[0-9]*\.?[0-9]+(?:e[+-]?[0-9]+)?|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\[[^\]]*\]|=~|!~|==|!=|<=|>=|[-+*/%(){},<>=])/y

interface Reader {
  tokens: string[]
  at: number
}

/** Throws Error with the place where the query can't be read. */
export function parseQuery(text: string): Query {
  const reader = { tokens: tokens(text), at: 0 }
  const query = expression(reader, 0)
  if (reader.at < reader.tokens.length)
    throw new Error(`parse error: unexpected "${reader.tokens[reader.at]}"`)
  return query
}

function tokens(text: string): string[] {
  const found: string[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.trimEnd().length) {
    const from = token.lastIndex
    const match = token.exec(text)
    if (!match?.[1])
      throw new Error(`parse error at char ${from + 1}: "${text.slice(from, from + 10)}"`)
    found.push(match[1])
  }
  return found
}

function expression(reader: Reader, least: number): Query {
  let left = operand(reader)
  for (;;) {
    const op = reader.tokens[reader.at] ?? ''
    const binds = precedence[op]
    if (refused.includes(op)) throw new Error(`parse error: "${op}" is not supported here`)
    if (binds === undefined || binds <= least) return left
    reader.at += 1
    left = { kind: 'binary', op, left, right: expression(reader, binds) }
  }
}

function operand(reader: Reader): Query {
  const next = take(reader)
  if (next === '(') {
    const inner = expression(reader, 0)
    expect(reader, ')')
    return inner
  }
  if (next === '-') {
    const right = operand(reader)
    return { kind: 'binary', op: '-', left: { kind: 'number', value: 0 }, right }
  }
  if (/^["']/.test(next)) return { kind: 'text', text: unquote(next) }
  if (/^(?:inf|nan)$/i.test(next)) return { kind: 'number', value: special(next) }
  if (/^[0-9.]/.test(next)) return { kind: 'number', value: Number(next) }
  if (!/^[a-zA-Z_:]/.test(next)) throw new Error(`parse error: unexpected "${next}"`)
  if (refused.includes(next)) throw new Error(`parse error: "${next}" is not supported here`)
  if (aggregations.includes(next)) return aggregate(reader, next)
  if (reader.tokens[reader.at] === '(') return { kind: 'call', name: next, args: list(reader) }
  return selector(reader, next)
}

function special(text: string): number {
  return text.toLowerCase() === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN
}

function aggregate(reader: Reader, name: string): Query {
  const before = grouping(reader)
  const [of, ...rest] = list(reader)
  if (!of || rest.length > 0) throw new Error(`parse error: ${name} takes one argument`)
  const after = grouping(reader)
  const { by, without } = before ?? after ?? { by: [], without: false }
  return { kind: 'aggregate', name, by, without, of }
}

function grouping(reader: Reader): { by: string[]; without: boolean } | undefined {
  const word = reader.tokens[reader.at]
  if (word !== 'by' && word !== 'without') return undefined
  reader.at += 1
  expect(reader, '(')
  const by: string[] = []
  for (let next = take(reader); next !== ')'; next = take(reader)) {
    if (next === ',') continue
    if (!/^[a-zA-Z_]\w*$/.test(next)) throw new Error(`parse error: unexpected "${next}"`)
    by.push(next)
  }
  return { by, without: word === 'without' }
}

function list(reader: Reader): Query[] {
  expect(reader, '(')
  const items: Query[] = []
  while (reader.tokens[reader.at] !== ')') {
    items.push(expression(reader, 0))
    if (reader.tokens[reader.at] === ',') reader.at += 1
    else break
  }
  expect(reader, ')')
  return items
}

function selector(reader: Reader, name: string): Query {
  const matchers: Matcher[] = []
  if (reader.tokens[reader.at] === '{') {
    reader.at += 1
    while (reader.tokens[reader.at] !== '}') {
      const label = take(reader)
      const op = take(reader) as Matcher['op']
      if (!['=', '!=', '=~', '!~'].includes(op)) throw new Error(`parse error: unexpected "${op}"`)
      matchers.push({ label, op, value: unquote(take(reader)) })
      if (reader.tokens[reader.at] === ',') reader.at += 1
      else if (reader.tokens[reader.at] !== '}') expect(reader, '}')
    }
    reader.at += 1
  }
  const range = reader.tokens[reader.at]
  const isRange = range?.startsWith('[') === true
  if (isRange) reader.at += 1
  return {
    ...{ kind: 'selector', name, matchers },
    rangeMs: isRange ? durationMs(range.slice(1, -1).trim()) : undefined,
    offsetMs: offset(reader),
  }
}

/** `offset 1m`, whose number and unit are two tokens. */
function offset(reader: Reader): number {
  if (reader.tokens[reader.at] !== 'offset') return 0
  reader.at += 1
  let text = take(reader)
  while (/^[a-z][a-z0-9]*$/.test(reader.tokens[reader.at] ?? '') && !isWord(reader))
    text += take(reader)
  return durationMs(text)
}

/** An operator, and no unit, comes next. */
function isWord(reader: Reader): boolean {
  const next = reader.tokens[reader.at] ?? ''
  return precedence[next] !== undefined || refused.includes(next)
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 }

function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+)(ms|[smhd])/g)]
  if (parts.map(([part]) => part).join('') !== text || text === '')
    throw new Error(`parse error: bad number or duration syntax: "${text}"`)
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0), 0)
}

function unquote(text: string): string {
  if (!/^["']/.test(text)) throw new Error(`parse error: unexpected "${text}"`)
  return text.slice(1, -1).replace(/\\(.)/g, '$1')
}

function take(reader: Reader): string {
  const next = reader.tokens[reader.at]
  if (next === undefined) throw new Error('parse error: unexpected end of input')
  reader.at += 1
  return next
}

function expect(reader: Reader, wanted: string): void {
  const next = take(reader)
  if (next !== wanted) throw new Error(`parse error: unexpected "${next}", expected "${wanted}"`)
}

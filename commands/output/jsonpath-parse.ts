/** Reads kubectl's dialect of JSONPath into a tree; see jsonpath.ts for what it means. */
import { UsageError } from '../../src/errors.ts'

export type Step =
  | { kind: 'root' | 'current' | 'wildcard' | 'recursive' }
  | { kind: 'field'; name: string }
  | { kind: 'slice'; from?: number; to?: number; step: number }
  | { kind: 'index'; at: number }
  | { kind: 'union'; of: Step[][] }
  | { kind: 'filter'; left: Operand; operator: string; right: Operand | undefined }

export type Operand = { literal: string | number | boolean } | { path: Step[] }

export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'path'; path: Step[] }
  | { kind: 'range'; path: Step[] }
  | { kind: 'end' }

/** The parts of a template such as `{range .items[*]}{.metadata.name}{"\n"}{end}`. */
export function parseTemplate(template: string): Part[] {
  const parts: Part[] = []
  let at = 0
  while (at < template.length) {
    const open = template.indexOf('{', at)
    if (open < 0) {
      parts.push({ kind: 'text', text: template.slice(at) })
      break
    }
    if (open > at) parts.push({ kind: 'text', text: template.slice(at, open) })
    const close = closing(template, open)
    parts.push(...parseAction(template.slice(open + 1, close).trim(), template))
    at = close + 1
  }
  return parts
}

/** `x.y`, `.x.y`, `{.x.y}` and `$.x` all mean the same in the relaxed form. */
export function relaxed(expression: string): string {
  const inner = /^\{(.*)\}$/s.exec(expression.trim())?.[1] ?? expression.trim()
  if (inner.startsWith('$') || inner.startsWith('@') || inner.startsWith('.')) return `{${inner}}`
  return inner.startsWith('[') ? `{${inner}}` : `{.${inner}}`
}

/** The steps of a path such as `.items[?(@.a=="b")].c`. */
export function parsePath(source: string): Step[] {
  const steps: Step[] = []
  for (let at = 0; at < source.length; ) {
    const { step, next } = stepAt(source, at)
    if (step) steps.push(step)
    at = next
  }
  return steps
}

function stepAt(source: string, at: number): { step?: Step; next: number } {
  const char = source[at]
  if (char === '$') return { step: { kind: 'root' }, next: at + 1 }
  if (char === '@') return { step: { kind: 'current' }, next: at + 1 }
  if (char === '[') {
    const close = bracket(source, at)
    return { step: parseBracket(source.slice(at + 1, close).trim(), source), next: close + 1 }
  }
  if (source.startsWith('..', at))
    return { step: { kind: 'recursive' }, next: at + (source[at + 2] === '[' ? 2 : 1) }
  if (char !== '.') throw wrong(source, `unexpected "${source.slice(at, at + 10)}"`)
  const { name, next } = fieldAt(source, at + 1)
  if (name === '') return { next }
  return { step: name === '*' ? { kind: 'wildcard' } : { kind: 'field', name }, next }
}

function parseAction(action: string, template: string): Part[] {
  if (action === '') return [{ kind: 'path', path: [{ kind: 'current' }] }]
  if (action === 'end') return [{ kind: 'end' }]
  const range = /^range\s+(.*)$/s.exec(action)?.[1]
  if (range !== undefined) return [{ kind: 'range', path: parsePath(range.trim()) }]
  return words(action, template).map((word) =>
    word.startsWith('"') || word.startsWith("'")
      ? { kind: 'text', text: unquote(word) }
      : { kind: 'path', path: parsePath(/^[.[$@]/.test(word) ? word : `.${word}`) },
  )
}

const wordPattern =
  /(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\[(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\[[^\]]*\]|[^\]"'[])*\]|[^\s"'[])+/g

/** Words of an action, blanks inside quotes and brackets kept. */
function words(action: string, template: string): string[] {
  const found = action.match(wordPattern)
  if (!found || action.replace(wordPattern, '').trim() !== '')
    throw wrong(template, 'unterminated array')
  return found
}

function parseBracket(inner: string, source: string): Step {
  const filter = /^\?\((.*)\)$/s.exec(inner)?.[1]
  if (filter !== undefined) return parseFilter(filter.trim())
  const members = splitOutside(inner, ',')
  if (members.length > 1)
    return { kind: 'union', of: members.map((member) => [parseBracket(member.trim(), source)]) }
  if (inner === '*') return { kind: 'wildcard' }
  // As in kubectl a dot inside the quotes parts two fields, unless it is escaped.
  if (/^(['"]).*\1$/s.test(inner))
    return { kind: 'union', of: [parsePath(`.${inner.slice(1, -1)}`)] }
  if (/^-?\d+$/.test(inner)) return { kind: 'index', at: Number(inner) }
  const slice = /^(-?\d+)?:(-?\d+)?(?::(-?\d+)?)?$/.exec(inner)
  if (slice) {
    const [, from, to, step] = slice
    return {
      kind: 'slice',
      ...(from === undefined ? {} : { from: Number(from) }),
      ...(to === undefined ? {} : { to: Number(to) }),
      step: step === undefined ? 1 : Number(step),
    }
  }
  throw wrong(source, `invalid array index "${inner}"`)
}

function parseFilter(text: string): Step {
  const found = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s.exec(text)
  if (!found) return { kind: 'filter', left: operand(text), operator: 'exists', right: undefined }
  const [, left = '', operator = '', right = ''] = found
  return { kind: 'filter', left: operand(left), operator, right: operand(right) }
}

function operand(text: string): Operand {
  if (/^(['"]).*\1$/s.test(text)) return { literal: unquote(text) }
  if (text === 'true' || text === 'false') return { literal: text === 'true' }
  if (text !== '' && !Number.isNaN(Number(text))) return { literal: Number(text) }
  return { path: parsePath(text) }
}

/** A field name with `\.` for a dot in it. */
function fieldAt(source: string, start: number): { name: string; next: number } {
  let name = ''
  let at = start
  for (; at < source.length; at++) {
    const char = source[at]
    if (char === '\\') {
      at++
      name += source[at] ?? ''
    } else if (char === '.' || char === '[') break
    // No part of a name, but of something that only other dialects know.
    else if (char !== undefined && '()<>=~!?,|&`"\''.includes(char))
      throw wrong(source, `unrecognized character "${char}"`)
    else name += char
  }
  return { name, next: at }
}

function unquote(word: string): string {
  const inner = word.slice(1, -1)
  const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r' }
  return inner.replace(/\\(.)/gs, (_, char: string) => escapes[char] ?? char)
}

function closing(template: string, open: number): number {
  const at = scan(template, open + 1, '}')
  if (at < 0) throw wrong(template, 'unclosed action')
  return at
}

function bracket(source: string, open: number): number {
  let depth = 0
  let quote: string | undefined
  for (let at = open; at < source.length; at++) {
    const char = source[at]
    if (quote) {
      if (char === '\\') at++
      else if (char === quote) quote = undefined
    } else if (char === '"' || char === "'") quote = char
    else if (char === '[') depth++
    else if (char === ']' && --depth === 0) return at
  }
  throw wrong(source, 'unterminated array')
}

/** The next such character outside quotes. */
function scan(text: string, from: number, wanted: string): number {
  let quote: string | undefined
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (quote) {
      if (char === '\\') at++
      else if (char === quote) quote = undefined
    } else if (char === wanted) return at
    else if (char === '"' || char === "'") quote = char
  }
  return -1
}

function splitOutside(text: string, separator: string): string[] {
  const at = scan(text, 0, separator)
  return at < 0 ? [text] : [text.slice(0, at), ...splitOutside(text.slice(at + 1), separator)]
}

function wrong(source: string, why: string): UsageError {
  return new UsageError(`error parsing jsonpath ${source}, ${why}`)
}

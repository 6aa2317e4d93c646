/** Splits a template into text and the tokens of its actions. */

import { TemplateError } from '../error.ts'
import type { Place } from './ast.ts'

type Kind =
  | 'text'
  | 'open'
  | 'close'
  | 'string'
  | 'number'
  | 'field'
  | 'dot'
  | 'variable'
  | 'word'
  | 'sign'
  | 'end'

export interface Token extends Place {
  kind: Kind
  /** Written right after the token before it. */
  joined: boolean
}

/** Made when a template is first read, because V8 reads the tables of Unicode for them: 2 ms. */
let patterns: [Kind, RegExp][] | undefined

const makePatterns = (): [Kind, RegExp][] => [
  ['string', /"(?:[^"\\\n]|\\.)*"|`[^`]*`/y],
  [
    'number',
    /'(?:[^'\\\n]|\\.)+'|[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?\d+)?|0[bBoO][\d_]+|(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y,
  ],
  ['field', /\.[\p{L}_][\p{L}\p{N}_]*/uy],
  ['dot', /\./y],
  ['variable', /\$[\p{L}\p{N}_]*/uy],
  ['word', /[\p{L}_][\p{L}\p{N}_]*/uy],
  ['sign', /:=|[=|(),]/y],
]

/** The tokens of a template; the last is `end`. Throws TemplateError. */
export function lex(name: string, text: string): Token[] {
  const tokens: Token[] = []
  const placeOf = placer(text)
  const push = (kind: Kind, at: number, source: string, joined = false) =>
    tokens.push({ kind, source, joined, ...placeOf(at) })

  let at = 0
  let trims = false
  while (at < text.length) {
    const open = text.indexOf('{{', at)
    const end = open < 0 ? text.length : open
    const before = text.slice(at, end)
    const trimmed = trims ? before.replace(/^[ \t\r\n]+/, '') : before
    const trimsBefore = /^\{\{-[ \t\r\n]/.test(text.slice(open, open + 4))
    const kept = open >= 0 && trimsBefore ? trimmedEnd(trimmed) : trimmed
    if (kept !== '') push('text', at, kept)
    if (open < 0) break
    const inner = open + 2 + (trimsBefore ? 1 : 0)
    const close = skipComment(text, inner) ?? lexAction({ name, text, start: open, inner, push })
    if (close.at < 0) throw problem(name, placer(text)(open), close.why)
    ;({ at, trims } = close)
  }
  push('end', text.length, '')
  return tokens
}

/** Without the white space that Go knows; a regular expression takes minutes for odd texts. */
function trimmedEnd(text: string): string {
  let end = text.length
  while (end > 0 && ' \t\r\n'.includes(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

interface Close {
  at: number
  /** White space after it is dropped. */
  trims: boolean
  /** Where `at` is negative: what went wrong. */
  why: string
}

function skipComment(text: string, at: number): Close | undefined {
  const start = /\s*/y
  start.lastIndex = at
  start.exec(text)
  if (!text.startsWith('/*', start.lastIndex)) return undefined
  const end = /\*\/(\s-)?\}\}/g
  end.lastIndex = start.lastIndex + 2
  const found = end.exec(text)
  return found
    ? { at: end.lastIndex, trims: found[1] !== undefined, why: '' }
    : { at: -1, trims: false, why: 'unclosed comment' }
}

function lexAction(of: {
  name: string
  text: string
  start: number
  inner: number
  push: (kind: Kind, at: number, source: string, joined?: boolean) => void
}): Close {
  const { text, start, inner, push } = of
  push('open', start, '{{')
  let at = inner
  let joined = false
  while (at < text.length) {
    const close = matchAt(/\s+-\}\}|\}\}/y, text, at)
    if (close !== undefined) {
      push('close', at, close)
      return { at: at + close.length, trims: close !== '}}', why: '' }
    }
    const space = matchAt(/\s+/y, text, at)
    if (space !== undefined) {
      at += space.length
      joined = false
      continue
    }
    const token = nextToken(text, at)
    if (!token) return { at: -1, trims: false, why: unexpected(text, at) }
    push(token.kind, at, token.source, joined)
    at += token.source.length
    joined = true
  }
  return { at: -1, trims: false, why: 'unclosed action' }
}

function nextToken(text: string, at: number): { kind: Kind; source: string } | undefined {
  patterns ??= makePatterns()
  for (const [kind, pattern] of patterns) {
    const source = matchAt(pattern, text, at)
    if (source !== undefined) return { kind, source }
  }
  return undefined
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function unexpected(text: string, at: number): string {
  if (text[at] === '"') return 'unterminated quoted string'
  if (text[at] === '`') return 'unterminated raw quoted string'
  const letter = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return `unexpected ${JSON.stringify(letter)} in command`
}

/** A TemplateError at a place; execution errors name the column too. */
export function problem(name: string, { line }: { line: number }, why: string): TemplateError {
  return new TemplateError(`template: ${name}:${line}: ${why}`)
}

/** Lines are counted from 1, columns from 0. Places are asked for in their order, in one pass. */
function placer(text: string) {
  let line = 1
  let start = 0
  let end = text.indexOf('\n')
  return (at: number) => {
    while (end >= 0 && end < at) {
      line++
      start = end + 1
      end = text.indexOf('\n', start)
    }
    return { line, column: at - start }
  }
}

/** Reads the language of Go's text/template: actions, pipelines, variables, nested templates. */

import { type Budget, costs, overspent } from '../budget.ts'
import { builtinNames } from '../builtins.ts'
import { TemplateError } from '../error.ts'
import type { Node, Template } from './ast.ts'
import { lex, type Token } from './lex.ts'
import { readString } from './literals.ts'
import { parsePipe } from './parse-pipe.ts'
import { expectClose, fail, peek, placeOf, type State, shown, take } from './parser-state.ts'

export interface ParseOptions {
  /** Functions that `render` will be given; others are refused. */
  functions?: Iterable<string>
  /** Name of the template in error messages. */
  name?: string
  /** Shared with the other templates of a look. */
  budget?: Budget | undefined
}

/** No query and no message comes near; what takes the square of it is still quick. */
const longestTemplate = 65_536

/** Throws TemplateError, worded as Go does: `template: tmpl:1: function "x" not defined`. */
export function parseTemplate(text: string, options: ParseOptions = {}): Template {
  const { name = 'tmpl', functions = [], budget } = options
  if (text.length > longestTemplate)
    throw new TemplateError(`template: ${name}: longer than ${longestTemplate} characters`)
  if (budget) charge(budget, text, name)
  const state: State = {
    name,
    tokens: lex(name, text),
    at: 0,
    functions: new Set([...builtinNames, ...functions]),
    variables: ['$'],
    defined: new Map(),
    loops: 0,
    depth: 0,
  }
  const { nodes: body, end } = parseWhole(state)
  if (end.source !== '') throw fail(state, end, `unexpected {{${end.source}}}`)
  // The template is one of its own: an empty one gives way, as below.
  add(state, name, body, end)
  return { name, body: state.defined.get(name) ?? body, defined: state.defined }
}

function charge(budget: Budget, text: string, name: string): void {
  budget.left -= text.length * costs.parsedCharacter
  if (budget.left < 0) throw new TemplateError(`template: ${name}: gave up after ${overspent}`)
}

/** What a template calls by name; nothing where it can't be read as one. */
export function wordsIn(text: string): string[] {
  if (text.length > longestTemplate) return []
  try {
    return lex('', text).flatMap(({ kind, source }) => (kind === 'word' ? [source] : []))
  } catch {
    return []
  }
}

function parseWhole(state: State): { nodes: Node[]; end: Token } {
  try {
    return parseList(state)
  } catch (error) {
    if (error instanceof RangeError) throw fail(state, peek(state), 'too deep a nesting')
    throw error
  }
}

const endings = ['end', 'else']

/** Nodes up to `end`, `else` or the end of the text, which is returned. */
function parseList(state: State): { nodes: Node[]; end: Token } {
  state.depth++
  const list = parseNodes(state)
  state.depth--
  return list
}

function parseNodes(state: State): { nodes: Node[]; end: Token } {
  const nodes: Node[] = []
  for (;;) {
    const token = take(state)
    if (token.kind === 'end') return { nodes, end: token }
    if (token.kind === 'text') {
      nodes.push({ kind: 'text', text: token.source })
      continue
    }
    const first = peek(state)
    if (first.kind === 'word' && endings.includes(first.source)) return { nodes, end: take(state) }
    const node = parseAction(state)
    if (node) nodes.push(node)
  }
}

function parseAction(state: State): Node | undefined {
  const first = peek(state)
  switch (first.kind === 'word' ? first.source : '') {
    case 'if':
    case 'with':
    case 'range':
      take(state)
      return parseBranch(state, first.source as 'if' | 'with' | 'range')
    case 'define':
      if (state.depth > 1) throw fail(state, first, 'unexpected <define> in command')
      take(state)
      return parseDefine(state, first)
    case 'template':
    case 'block':
      take(state)
      return parseCall(state, first)
    case 'break':
    case 'continue':
      take(state)
      if (state.loops === 0) throw fail(state, first, `{{${first.source}}} outside {{range}}`)
      expectClose(state, first.source)
      return { kind: first.source as 'break' | 'continue' }
    default: {
      const pipe = parsePipe(state, 'command')
      expectClose(state, 'command')
      return { kind: 'action', pipe }
    }
  }
}

function parseBranch(state: State, kind: 'if' | 'with' | 'range'): Node {
  const scope = state.variables.length
  const pipe = parsePipe(state, kind)
  expectClose(state, kind)
  if (kind === 'range') state.loops++
  const { nodes: body, end } = parseList(state)
  if (kind === 'range') state.loops--
  const otherwise = parseElse(state, kind, end)
  state.variables.length = scope
  return { kind, pipe, body, otherwise }
}

function parseElse(state: State, kind: 'if' | 'with' | 'range', end: Token): Node[] {
  if (end.source === '') throw fail(state, end, 'unexpected EOF')
  if (end.source === 'end') {
    expectClose(state, 'end')
    return []
  }
  const next = peek(state)
  if (kind !== 'range' && next.kind === 'word' && next.source === kind) {
    take(state)
    return [parseBranch(state, kind)]
  }
  expectClose(state, 'else')
  return parseUntilEnd(state)
}

function parseUntilEnd(state: State): Node[] {
  const { nodes, end } = parseList(state)
  if (end.source === '') throw fail(state, end, 'unexpected EOF')
  if (end.source === 'else') throw fail(state, end, 'unexpected {{else}}')
  expectClose(state, 'end')
  return nodes
}

function parseDefine(state: State, at: Token): undefined {
  const name = templateName(state, at)
  expectClose(state, 'define clause')
  defineTemplate(state, name, at)
}

/** `template "name" pipe`; a `block` also defines it. */
function parseCall(state: State, at: Token): Node {
  const name = templateName(state, at)
  const isBare = peek(state).kind === 'close'
  if (isBare && at.source === 'block') throw fail(state, at, 'missing value for block clause')
  const pipe = isBare ? undefined : parsePipe(state, `${at.source} clause`)
  expectClose(state, `${at.source} clause`)
  if (at.source === 'block') defineTemplate(state, name, at)
  const source = `{{template ${JSON.stringify(name)}}}`
  return { ...placeOf(at, source), kind: 'template', name, pipe }
}

function templateName(state: State, at: Token): string {
  const token = take(state)
  if (token.kind === 'string') return readString(token.source)
  throw fail(state, token, `unexpected ${shown(token)} in ${at.source} clause`)
}

/** Nothing but `$` of the surrounding scope can be seen inside. */
function defineTemplate(state: State, name: string, at: Token): void {
  const { variables, loops } = state
  Object.assign(state, { variables: ['$'], loops: 0 })
  const body = parseUntilEnd(state)
  Object.assign(state, { variables, loops })
  add(state, name, body, at)
}

/** An empty one gives way to another, so that a default can be replaced. */
function add(state: State, name: string, body: Node[], at: Token): void {
  if (isEmpty(state.defined.get(name) ?? [])) state.defined.set(name, body)
  else if (!isEmpty(body))
    throw fail(state, at, `template: multiple definition of template ${JSON.stringify(name)}`)
}

function isEmpty(nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.kind === 'text' && node.text.trim() === '')
}

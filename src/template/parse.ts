/** Reads the language of Go's text/template: actions, pipelines, variables, nested templates. */
import type { Command, Node, Operand, Pipe, Template } from './ast.ts'
import { builtinNames } from './builtins.ts'
import { TemplateError } from './error.ts'
import { lex, type Token } from './lex.ts'
import { readNumber, readString } from './literals.ts'
import {
  expectClose,
  fail,
  literal,
  peek,
  placeOf,
  type State,
  shown,
  take,
} from './parser-state.ts'

export interface ParseOptions {
  /** Functions that `render` will be given; others are refused. */
  functions?: Iterable<string>
  /** Name of the template in error messages. */
  name?: string
}

/** No query and no message comes near; what takes the square of it is still quick. */
const longestTemplate = 65_536

/** Throws TemplateError, worded as Go does: `template: tmpl:1: function "x" not defined`. */
export function parseTemplate(text: string, options: ParseOptions = {}): Template {
  const { name = 'tmpl', functions = [] } = options
  if (text.length > longestTemplate)
    throw new TemplateError(`template: ${name}: longer than ${longestTemplate} characters`)
  const state: State = {
    name,
    tokens: lex(name, text),
    at: 0,
    functions: new Set([...builtinNames, ...functions]),
    variables: ['$'],
    defined: new Map(),
    loops: 0,
  }
  const { nodes: body, end } = parseWhole(state)
  if (end.source !== '') throw fail(state, end, `unexpected {{${end.source}}}`)
  return { name, body, defined: state.defined }
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
  const pipe = peek(state).kind === 'close' ? undefined : parsePipe(state, `${at.source} clause`)
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
  // An empty one gives way to another, so that a default can be replaced.
  if (isEmpty(state.defined.get(name) ?? [])) state.defined.set(name, body)
  else if (!isEmpty(body))
    throw fail(state, at, `template: multiple definition of template ${JSON.stringify(name)}`)
}

function isEmpty(nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.kind === 'text' && node.text.trim() === '')
}

function parsePipe(state: State, where: string): Pipe {
  const first = peek(state)
  const declaration = parseVariables(state, where)
  const commands: Command[] = []
  for (;;) {
    commands.push(parseCommand(state, where))
    if (peek(state).source !== '|' || peek(state).kind !== 'sign') break
    take(state)
  }
  const [head, ...rest] = commands
  if (!head) throw fail(state, first, `missing value for ${where}`)
  if (declaration.declares) state.variables.push(...declaration.variables)
  return { ...placeOf(first, head.source), ...declaration, commands: [head, ...rest] }
}

/** `$x :=`, `$x =` or, in a range, `$key, $value :=`; nothing where none of them follows. */
function parseVariables(state: State, where: string): Pick<Pipe, 'variables' | 'declares'> {
  const from = state.at
  const variables: string[] = []
  while (peek(state).kind === 'variable') {
    variables.push(take(state).source)
    const next = peek(state)
    if (next.kind === 'sign' && (next.source === ':=' || next.source === '=')) {
      take(state)
      if (variables.length > 1 && where !== 'range')
        throw fail(state, next, `too many declarations in ${where}`)
      return { variables, declares: next.source === ':=' }
    }
    if (next.kind !== 'sign' || next.source !== ',' || variables.length > 1) break
    take(state)
  }
  state.at = from
  return { variables: [], declares: false }
}

function parseCommand(state: State, where: string): Command {
  const operands: Operand[] = []
  const start = peek(state)
  while (!isEndOfCommand(peek(state))) operands.push(parseOperand(state, where))
  const [first, ...rest] = operands
  if (!first) throw fail(state, start, `missing value for ${where}`)
  const source = operands.map((operand) => operand.source).join(' ')
  return { ...placeOf(start, source), operands: [first, ...rest] }
}

const isEndOfCommand = ({ kind, source }: Token): boolean =>
  kind === 'close' || kind === 'end' || (kind === 'sign' && (source === '|' || source === ')'))

function parseOperand(state: State, where: string): Operand {
  const operand = parseTerm(state, where)
  const names: string[] = []
  let source = operand.source
  while (peek(state).kind === 'field' && peek(state).joined) {
    const field = take(state).source
    names.push(field.slice(1))
    source += field
  }
  if (names.length === 0) return operand
  if (operand.kind === 'literal' || operand.kind === 'nil')
    throw fail(state, operand, `unexpected . after term ${JSON.stringify(operand.source)}`)
  if (operand.kind === 'fields') {
    const all = [...operand.names, ...names]
    return { ...operand, source, names: all }
  }
  return { ...placeOf(operand, source), kind: 'fields', of: operand, names }
}

function parseTerm(state: State, where: string): Operand {
  const token = take(state)
  const place = placeOf(token, token.source)
  switch (token.kind) {
    case 'dot':
      return { ...place, kind: 'dot' }
    case 'field':
      return {
        ...place,
        kind: 'fields',
        of: { ...place, kind: 'dot' },
        names: [token.source.slice(1)],
      }
    case 'variable':
      if (!state.variables.includes(token.source))
        throw fail(state, token, `undefined variable ${JSON.stringify(token.source)}`)
      return { ...place, kind: 'variable', name: token.source }
    case 'string':
      return { ...place, kind: 'literal', value: literal(state, token, readString) }
    case 'number':
      return { ...place, kind: 'literal', value: literal(state, token, readNumber) }
    case 'word':
      return parseWord(state, token)
    default:
      if (token.kind === 'sign' && token.source === '(') return parseParentheses(state, token)
      throw fail(state, token, `unexpected ${shown(token)} in ${where}`)
  }
}

function parseWord(state: State, token: Token): Operand {
  const place = placeOf(token, token.source)
  const { source } = token
  if (source === 'nil') return { ...place, kind: 'nil' }
  if (source === 'true' || source === 'false')
    return { ...place, kind: 'literal', value: source === 'true' }
  if (!state.functions.has(source))
    throw fail(state, token, `function ${JSON.stringify(source)} not defined`)
  return { ...place, kind: 'function', name: source }
}

function parseParentheses(state: State, open: Token): Operand {
  const pipe = parsePipe(state, 'parenthesized pipeline')
  const close = take(state)
  if (close.source !== ')') throw fail(state, close, 'unclosed left paren')
  return { ...placeOf(open, `(${pipe.source})`), kind: 'pipe', pipe }
}

/** Reads what stands inside an action: pipes of commands, their operands, and variables. */
import type { Command, Operand, Pipe } from './ast.ts'
import type { Token } from './lex.ts'
import { readNumber, readString } from './literals.ts'
import { fail, literal, peek, placeOf, type State, shown, take } from './parser-state.ts'

/** A pipe, up to what can't be part of it; `where` names the place in messages. */
export function parsePipe(state: State, where: string): Pipe {
  const first = peek(state)
  const declaration = parseVariables(state, where)
  const commands: Command[] = []
  for (;;) {
    commands.push(parseCommand(state, where))
    if (peek(state).source !== '|' || peek(state).kind !== 'sign') break
    take(state)
    // Go lets a pipe end so.
    if (peek(state).kind === 'close' || peek(state).source === ')') break
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
  while (!isEndOfCommand(peek(state))) {
    operands.push(parseOperand(state, where))
    const next = peek(state)
    if (next.joined && !isEndOfCommand(next))
      throw fail(state, next, `unexpected ${shown(next)} in operand`)
  }
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

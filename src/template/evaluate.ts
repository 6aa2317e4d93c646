/** What the operands, commands and pipes of a template are worth. */

import { costs } from './budget.ts'
import { wrongCount } from './builtins.ts'
import { Overflow } from './go-values.ts'
import type { Command, Operand, Pipe, Place } from './parsing/ast.ts'
import { bind, charge, failure, lookUp, type Run, spend, weigh } from './run.ts'
import { isMap, isTrue, textOf, typeName } from './values.ts'

/** The value of a pipe, which its variable gets too. */
export function evaluatePipe(run: Run, pipe: Pipe, dot: unknown): unknown {
  const value = evaluateCommands(run, pipe, dot)
  const [name] = pipe.variables
  if (name !== undefined) bind(run, pipe, name, value)
  return value
}

/** Each command gets the value of the one before it as its last argument. */
export function evaluateCommands(run: Run, { commands }: Pipe, dot: unknown): unknown {
  const [first, ...rest] = commands
  let value = evaluateCommand(run, first, dot, [])
  for (const command of rest) value = evaluateCommand(run, command, dot, [value])
  return value
}

function evaluateCommand(run: Run, command: Command, dot: unknown, piped: unknown[]): unknown {
  const [head, ...rest] = command.operands
  if (head.kind === 'function') return callFunction(run, { head, rest, piped, at: command }, dot)
  if (rest.length > 0 || piped.length > 0)
    throw failure(run, head, `can't give argument to non-function ${head.source}`)
  if (head.kind === 'nil') throw failure(run, head, 'nil is not a command')
  return evaluate(run, head, dot)
}

interface Call {
  head: Operand & { kind: 'function' }
  rest: Operand[]
  piped: unknown[]
  /** The whole of it, for messages. */
  at: Place
}

function callFunction(run: Run, call: Call, dot: unknown): unknown {
  const { head, rest, piped, at } = call
  const { name } = head
  const named = Object.hasOwn(run.functions, name) ? run.functions[name] : undefined
  const isShort = name === 'and' || name === 'or'
  if (!named && !isShort)
    throw failure(run, head, `${JSON.stringify(name)} is not a defined function`)
  const why = wrongCount(name, rest.length + piped.length)
  if (why !== undefined) throw failure(run, head, `wrong number of args for ${name}: ${why}`)
  charge(run, costs.call)
  if (!named) return shortCircuit(run, call, dot)
  const values = [...rest.map((operand) => evaluate(run, operand, dot)), ...piped]
  // A format may drop most of what it had to write out.
  for (const value of values) weigh(run, name === 'printf' ? textOf(value) : value)
  let result: unknown
  try {
    result = named(...values)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw failure(run, at, `error calling ${name}: ${why}`)
  }
  weigh(run, result)
  return result
}

/** The first value that decides; those after it are not evaluated. */
function shortCircuit(run: Run, { head, rest, piped }: Call, dot: unknown): unknown {
  let value: unknown
  for (const operand of rest) {
    value = evaluate(run, operand, dot)
    weigh(run, value)
    if (isTrue(value) === (head.name === 'or')) return value
  }
  return piped.length > 0 ? piped[0] : value
}

function evaluate(run: Run, operand: Operand, dot: unknown): unknown {
  spend(run, 1)
  switch (operand.kind) {
    case 'dot':
      return dot
    case 'nil':
      return undefined
    case 'literal':
      if (operand.value instanceof Overflow)
        throw failure(run, operand, `${operand.value.source} overflows int`)
      return operand.value
    case 'variable':
      return lookUp(run, operand.name)?.value
    case 'pipe':
      return evaluatePipe(run, operand.pipe, dot)
    case 'function':
      return callFunction(run, { head: operand, rest: [], piped: [], at: operand }, dot)
    default: {
      const of = evaluate(run, operand.of, dot)
      spend(run, operand.names.length)
      return operand.names.reduce((value, name) => field(run, operand, value, name), of)
    }
  }
}

function field(run: Run, at: Operand & { kind: 'fields' }, value: unknown, name: string): unknown {
  // Go blames the operand whose field is missing; fields of dot are an operand themselves.
  const place = at.of.kind === 'dot' ? at : at.of
  if (isMap(value)) {
    if (Object.hasOwn(value, name)) return value[name]
    if (run.missingKey !== 'error') return undefined
    throw failure(run, place, `map has no entry for key ${JSON.stringify(name)}`)
  }
  if (value === undefined || value === null) {
    if (run.missingKey !== 'error') return undefined
    throw failure(run, place, `nil data; no entry for key ${JSON.stringify(name)}`)
  }
  throw failure(run, place, `can't evaluate field ${name} in type ${typeName(value)}`)
}

/** Executes a parsed template. */
import type { Branch, Command, Node, Operand, Pipe, Place, Template } from './ast.ts'
import { builtins, type TemplateFunction, wrongCount } from './builtins.ts'
import { TemplateError } from './error.ts'
import { isMap, isTrue, numbersBelow, sortedEntries, textOf, typeName } from './values.ts'

export interface RenderOptions {
  functions?: Readonly<Record<string, TemplateFunction>>
  /** What dot is at the start; absent is nil. */
  data?: unknown
  /** A field that a map lacks: an error (default), the text `<no value>`, or no text. */
  missingKey?: 'error' | 'invalid' | 'empty'
}

/** Templates come from users: none may keep the controller busy or fill its memory. */
const mostSteps = 100_000
/** Characters and items that functions and loops may look at. */
const mostWork = 4_194_304
const longestOutput = 1_048_576
const deepestCall = 100

/** The text. Throws TemplateError, worded as Go does, where the template can't be executed. */
export function render(template: Template, options: RenderOptions = {}): string {
  const run: Run = {
    template,
    name: template.name,
    functions: { ...builtins, ...options.functions },
    missingKey: options.missingKey ?? 'error',
    variables: [{ name: '$', value: options.data }],
    output: [],
    length: 0,
    steps: 0,
    work: 0,
    depth: 0,
  }
  try {
    walk(run, template.body, options.data)
  } catch (error) {
    if (error instanceof RangeError) throw limit(run, 'too deep a nesting')
    throw error
  }
  return run.output.join('')
}

interface Run {
  template: Template
  /** Of the template being executed. */
  name: string
  functions: Readonly<Record<string, TemplateFunction>>
  missingKey: 'error' | 'invalid' | 'empty'
  variables: { name: string; value: unknown }[]
  output: string[]
  length: number
  steps: number
  work: number
  depth: number
}

/** Set where a loop is left or goes on early. */
type Flow = 'break' | 'continue' | undefined

function walk(run: Run, nodes: readonly Node[], dot: unknown): Flow {
  for (const node of nodes) {
    step(run)
    const flow = execute(run, node, dot)
    if (flow) return flow
  }
  return undefined
}

function step(run: Run): void {
  run.steps++
  if (run.steps > mostSteps) throw limit(run, `more than ${mostSteps} steps`)
}

/** Counts what it costs to look at a value. */
function weigh(run: Run, value: unknown): void {
  if (typeof value === 'string' || Array.isArray(value)) run.work += value.length
  else if (isMap(value)) run.work += Object.keys(value).length
  if (run.work > mostWork) throw limit(run, `looking at ${mostWork} characters and items`)
}

function execute(run: Run, node: Node, dot: unknown): Flow {
  switch (node.kind) {
    case 'text':
      write(run, node.text)
      return undefined
    case 'action': {
      const value = evaluatePipe(run, node.pipe, dot)
      if (node.pipe.variables.length === 0) write(run, shown(run, value))
      return undefined
    }
    case 'if':
    case 'with':
      return scoped(run, () => branch(run, node, dot))
    case 'range':
      return scoped(run, () => loop(run, node, dot))
    case 'template':
      call(run, node, dot)
      return undefined
    default:
      return node.kind
  }
}

function branch(run: Run, node: Branch & { kind: string }, dot: unknown): Flow {
  const value = evaluatePipe(run, node.pipe, dot)
  weigh(run, value)
  const inner = node.kind === 'with' ? value : dot
  return isTrue(value) ? walk(run, node.body, inner) : walk(run, node.otherwise, dot)
}

function loop(run: Run, node: Branch, dot: unknown): Flow {
  const { pipe, body, otherwise } = node
  const value = evaluateCommands(run, pipe, dot)
  weigh(run, value)
  let isEmpty = true
  for (const [key, item] of itemsOf(run, pipe, value)) {
    isEmpty = false
    step(run)
    const flow = scoped(run, () => {
      const [first, second] = pipe.variables
      if (first !== undefined) bind(run, pipe, first, second === undefined ? item : key)
      if (second !== undefined) bind(run, pipe, second, item)
      return walk(run, body, item)
    })
    if (flow === 'break') break
  }
  return isEmpty ? walk(run, otherwise, dot) : undefined
}

type Items = Iterable<readonly [key: unknown, item: unknown]>

function itemsOf(run: Run, pipe: Pipe, value: unknown): Items {
  const { variables } = pipe
  const [at] = pipe.commands
  if (Array.isArray(value)) return value.map((item: unknown, index) => [index, item])
  if (isMap(value)) return sortedEntries(value)
  if (value === undefined || value === null) return []
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw failure(run, at, `range can't iterate over ${textOf(value)}`)
  if (variables.length > 1)
    throw failure(run, at, `can't use ${value} to iterate over more than one variable`)
  if (value > mostSteps) throw limit(run, `more than ${mostSteps} steps`)
  return numbersBelow(value)
}

function call(run: Run, node: Node & { kind: 'template' }, dot: unknown): void {
  const body = run.template.defined.get(node.name)
  if (!body) throw failure(run, node, `template ${JSON.stringify(node.name)} not defined`)
  if (run.depth >= deepestCall) throw limit(run, `templates nested more than ${deepestCall} deep`)
  const value = node.pipe ? evaluatePipe(run, node.pipe, dot) : undefined
  const { variables, name } = run
  Object.assign(run, { variables: [{ name: '$', value }], name: node.name, depth: run.depth + 1 })
  walk(run, body, value)
  Object.assign(run, { variables, name, depth: run.depth - 1 })
}

function scoped<T>(run: Run, inner: () => T): T {
  const size = run.variables.length
  const result = inner()
  run.variables.length = size
  return result
}

function bind(run: Run, pipe: Pipe, name: string, value: unknown): void {
  if (pipe.declares) {
    run.variables.push({ name, value })
    return
  }
  const known = run.variables.findLast((one) => one.name === name)
  if (!known) throw failure(run, pipe.commands[0], `undefined variable: ${name}`)
  known.value = value
}

function evaluatePipe(run: Run, pipe: Pipe, dot: unknown): unknown {
  const value = evaluateCommands(run, pipe, dot)
  const [name] = pipe.variables
  if (name !== undefined) bind(run, pipe, name, value)
  return value
}

/** Each command gets the value of the one before it as its last argument. */
function evaluateCommands(run: Run, { commands }: Pipe, dot: unknown): unknown {
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
  if (!named) return shortCircuit(run, call, dot)
  const values = [...rest.map((operand) => evaluate(run, operand, dot)), ...piped]
  for (const value of values) weigh(run, value)
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
  switch (operand.kind) {
    case 'dot':
      return dot
    case 'nil':
      return undefined
    case 'literal':
      return operand.value
    case 'variable':
      return run.variables.findLast(({ name }) => name === operand.name)?.value
    case 'pipe':
      return evaluatePipe(run, operand.pipe, dot)
    case 'function':
      return callFunction(run, { head: operand, rest: [], piped: [], at: operand }, dot)
    default: {
      const of = evaluate(run, operand.of, dot)
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

function write(run: Run, text: string): void {
  run.length += text.length
  if (run.length > longestOutput) throw limit(run, `more than ${longestOutput} characters of text`)
  run.output.push(text)
}

function shown({ missingKey }: Run, value: unknown): string {
  if (value !== undefined && value !== null) return textOf(value)
  return missingKey === 'empty' ? '' : '<no value>'
}

function failure(run: Run, { line, column, source }: Place, why: string): TemplateError {
  const context = source.length > 20 ? `${source.slice(0, 20)}...` : source
  return new TemplateError(
    `template: ${run.template.name}:${line}:${column}: ` +
      `executing ${JSON.stringify(run.name)} at <${context}>: ${why}`,
  )
}

function limit({ template }: Run, what: string): TemplateError {
  return new TemplateError(`template: ${template.name}: gave up after ${what}`)
}

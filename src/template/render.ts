/** Executes a parsed template. */

import type { Budget } from './budget.ts'
import { builtins, type TemplateFunction } from './builtins.ts'
import { evaluateCommands, evaluatePipe } from './evaluate.ts'
import { intOf } from './go-values.ts'
import type { Branch, Node, Pipe, Template } from './parsing/ast.ts'
import { bind, failure, limit, mostSteps, type Run, scoped, step, weigh, write } from './run.ts'
import { isMap, isTrue, numbersBelow, sortedEntries, textOf } from './values.ts'

export interface RenderOptions {
  functions?: Readonly<Record<string, TemplateFunction>>
  /** What dot is at the start; absent is nil. */
  data?: unknown
  /** A field that a map lacks: an error (default), the text `<no value>`, or no text. */
  missingKey?: 'error' | 'invalid' | 'empty'
  /** Shared with the other templates of a look; absent for one alone. */
  budget?: Budget | undefined
}

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
    budget: options.budget ?? { left: Number.POSITIVE_INFINITY },
  }
  try {
    walk(run, template.body, options.data)
  } catch (error) {
    if (error instanceof RangeError) throw limit(run, 'too deep a nesting')
    throw error
  }
  return run.output.join('')
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
  if (Array.isArray(value)) return value.map((item: unknown, index) => [BigInt(index), item])
  if (isMap(value)) return sortedEntries(value)
  if (value === undefined || value === null) return []
  const end = intOf(value)
  if (end === undefined) throw failure(run, at, `range can't iterate over ${textOf(value)}`)
  if (variables.length > 1)
    throw failure(run, at, `can't use ${textOf(value)} to iterate over more than one variable`)
  if (end > mostSteps) throw limit(run, `more than ${mostSteps} steps`)
  return numbersBelow(end)
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

function shown({ missingKey }: Run, value: unknown): string {
  if (value !== undefined && value !== null) return textOf(value)
  return missingKey === 'empty' ? '' : '<no value>'
}

/** The state of one execution: variables, output, and how much more it may do. */

import { type Budget, costs, overspent } from './budget.ts'
import type { TemplateFunction } from './builtins.ts'
import { TemplateError } from './error.ts'
import type { Pipe, Place, Template } from './parsing/ast.ts'
import { isMap } from './values.ts'

export interface Run {
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
  /** Shared with other templates. */
  budget: Budget
}

/** Templates come from users: none may keep the controller busy or fill its memory. */
export const mostSteps = 100_000
/** Operands to evaluate, and characters and items of values to look at. */
const mostWork = 4_194_304
const longestOutput = 1_048_576

/** One more node, or one more round of a loop. */
export function step(run: Run): void {
  run.steps++
  if (run.steps > mostSteps) throw limit(run, `more than ${mostSteps} steps`)
  charge(run, costs.step)
}

/** Counts so much work. */
export function spend(run: Run, work: number): void {
  run.work += work
  if (run.work > mostWork) throw limit(run, `looking at ${mostWork} characters and items`)
  charge(run, work)
}

/** Takes it from what all templates of the look have. */
export function charge(run: Run, cost: number): void {
  run.budget.left -= cost
  if (run.budget.left < 0) throw limit(run, overspent)
}

/** Counts what it costs to look at a value. */
export function weigh(run: Run, value: unknown): void {
  if (typeof value === 'string' || Array.isArray(value)) spend(run, value.length)
  else if (isMap(value)) spend(run, Object.keys(value).length)
}

/** What the inner part declares is gone after it. */
export function scoped<T>(run: Run, inner: () => T): T {
  const size = run.variables.length
  const result = inner()
  run.variables.length = size
  return result
}

/** Declares variables of a pipe, or assigns to them. */
export function bind(run: Run, pipe: Pipe, name: string, value: unknown): void {
  if (pipe.declares) {
    run.variables.push({ name, value })
    return
  }
  const known = lookUp(run, name)
  if (!known) throw failure(run, pipe.commands[0], `undefined variable: ${name}`)
  known.value = value
}

/** The innermost variable of that name; the way to it is work. */
export function lookUp(run: Run, name: string): Run['variables'][number] | undefined {
  const at = run.variables.findLastIndex((one) => one.name === name)
  spend(run, run.variables.length - at)
  return run.variables[at]
}

/** Adds to the output. */
export function write(run: Run, text: string): void {
  run.length += text.length
  if (run.length > longestOutput) throw limit(run, `more than ${longestOutput} characters of text`)
  charge(run, text.length)
  run.output.push(text)
}

/** Go shows all of it; of a template of pages nobody would read that. */
const longestContext = 200

/** What is wrong at a place, worded as Go does. */
export function failure(run: Run, { line, column, source }: Place, why: string): TemplateError {
  const context = source.length > longestContext ? `${source.slice(0, longestContext)}...` : source
  return new TemplateError(
    `template: ${run.template.name}:${line}:${column}: ` +
      `executing ${JSON.stringify(run.name)} at <${context}>: ${why}`,
  )
}

/** The end of a template that would go on for too long. */
export function limit({ template }: Run, what: string): TemplateError {
  return new TemplateError(`template: ${template.name}: gave up after ${what}`)
}

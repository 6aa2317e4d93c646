/**
 * kubectl's JSONPath: templates with literal text, `{range}{end}`, filters, slices, unions and
 * `..`. Nothing is ever evaluated as script.
 */
import { UsageError } from '../../src/errors.ts'
import { compactJson } from './documents.ts'
import {
  type Operand,
  type Part,
  parsePath,
  parseTemplate,
  relaxed,
  type Step,
} from './jsonpath-parse.ts'

/** The text that a template gives for a value; throws UsageError for a template it can't read. */
export function jsonpathText(template: string, value: unknown): string {
  const source = template.includes('{') ? template : relaxed(template)
  return render(parseTemplate(source), value, value)
}

/** The values that one relaxed expression (`.metadata.name`) finds. */
export function jsonpathValues(expression: string, value: unknown): unknown[] {
  return walk(parsePath(relaxed(expression).slice(1, -1)), [value], value)
}

/** A value in a text: strings bare, objects as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? compactJson(value) : String(value)
}

function render(parts: readonly Part[], current: unknown, root: unknown): string {
  let text = ''
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]
    if (part?.kind === 'text') text += part.text
    else if (part?.kind === 'path')
      text += walk(part.path, [current], root).map(valueText).join(' ')
    else if (part?.kind === 'range') {
      const end = endOf(parts, at)
      const body = parts.slice(at + 1, end)
      for (const each of walk(part.path, [current], root)) text += render(body, each, root)
      at = end
    } else if (part?.kind === 'end')
      throw new UsageError('error parsing jsonpath: not in range, nothing to end')
  }
  return text
}

function endOf(parts: readonly Part[], range: number): number {
  let depth = 0
  for (let at = range; at < parts.length; at++) {
    if (parts[at]?.kind === 'range') depth++
    if (parts[at]?.kind === 'end' && --depth === 0) return at
  }
  // As in kubectl, a range that nothing ends goes on to the end.
  return parts.length
}

function walk(path: readonly Step[], from: readonly unknown[], root: unknown): unknown[] {
  return path.reduce<unknown[]>((values, step) => take(step, values, root), [...from])
}

function take(step: Step, values: readonly unknown[], root: unknown): unknown[] {
  switch (step.kind) {
    case 'root':
      return [root]
    case 'current':
      return [...values]
    case 'wildcard':
      return values.flatMap(children)
    case 'recursive':
      return values.flatMap(descendants)
    case 'field':
      return values.flatMap((value) => fieldOf(value, step.name))
    case 'index':
      return values.flatMap((value) => (Array.isArray(value) ? elementOf(value, step.at) : []))
    case 'slice':
      return values.flatMap((value) => (Array.isArray(value) ? sliceOf(value, step) : []))
    case 'union':
      return step.of.flatMap((path) => walk(path, values, root))
    case 'filter':
      return values.flatMap((value) => children(value).filter((each) => matches(step, each, root)))
  }
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}

function descendants(value: unknown): unknown[] {
  return [value, ...children(value).flatMap(descendants)]
}

function fieldOf(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const found = (value as Record<string, unknown>)[name]
  return Object.hasOwn(value, name) ? [found] : []
}

function elementOf(list: readonly unknown[], at: number): unknown[] {
  const index = at < 0 ? list.length + at : at
  if (index < 0 || index >= list.length)
    throw new UsageError(`array index out of bounds: index ${at}, length ${list.length}`)
  return [list[index]]
}

function sliceOf(list: readonly unknown[], step: Extract<Step, { kind: 'slice' }>): unknown[] {
  const bound = (at: number) => Math.min(list.length, at < 0 ? Math.max(0, list.length + at) : at)
  const part = list.slice(bound(step.from ?? 0), bound(step.to ?? list.length))
  if (step.step <= 0) throw new UsageError('the step of a slice must be 1 or more')
  return part.filter((_, at) => at % step.step === 0)
}

function matches(
  filter: Extract<Step, { kind: 'filter' }>,
  value: unknown,
  root: unknown,
): boolean {
  const [left] = resolve(filter.left, value, root)
  if (filter.operator === 'exists') return resolve(filter.left, value, root).length > 0
  const [right] = filter.right ? resolve(filter.right, value, root) : []
  if (left === undefined || right === undefined) return false
  return compare(left, filter.operator, right)
}

function resolve(operand: Operand, value: unknown, root: unknown): unknown[] {
  return 'literal' in operand ? [operand.literal] : walk(operand.path, [value], root)
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  if (operator === '==') return left === right
  if (operator === '!=') return left !== right
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string'))
    return false
  const [one, other] = [left, right as typeof left]
  if (operator === '<') return one < other
  if (operator === '>') return one > other
  return operator === '<=' ? one <= other : one >= other
}

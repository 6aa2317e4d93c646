/** Operators between numbers and vectors; two vectors are matched by equal labels. */

import type { Query } from './parse.ts'
import { type Labels, labelsKey, withoutName } from './series.ts'
import { isScalar, type Point } from './vector.ts'

type Binary = Extract<Query, { kind: 'binary' }>

/** The result of an operator on what its two sides came to. */
export function combine({ op, left, right }: Binary, a: Point[], b: Point[]): Point[] {
  if (op === 'or') return [...a, ...b.filter((point) => !a.some((other) => same(point, other)))]
  if (op === 'and') return a.filter((point) => b.some((other) => same(point, other)))
  if (op === 'unless') return a.filter((point) => !b.some((other) => same(point, other)))
  const [x] = a
  const [y] = b
  if (isScalar(left) && isScalar(right) && isComparison(op))
    throw new Error('comparisons between scalars must use BOOL modifier, which is not supported')
  // A comparison keeps the value of the vector, on whichever side that is.
  if (isScalar(left) && x)
    return b.flatMap((p) => result(op, p.labels, [x.value, p.value], p.value))
  if (isScalar(right) && y)
    return a.flatMap((p) => result(op, p.labels, [p.value, y.value], p.value))
  return a.flatMap((point) => {
    const other = b.find((one) => same(point, one))
    return other ? result(op, point.labels, [point.value, other.value], point.value) : []
  })
}

function same(a: Point, b: Point): boolean {
  return labelsKey(withoutName(a.labels)) === labelsKey(withoutName(b.labels))
}

function result(
  op: string,
  labels: Labels,
  [a, b]: readonly [number, number],
  kept: number,
): Point[] {
  const compute = Object.hasOwn(arithmetic, op) ? arithmetic[op] : undefined
  if (compute) return [{ labels: withoutName(labels), value: compute(a, b) }]
  return comparisons[op]?.(a, b) ? [{ labels, value: kept }] : []
}

function isComparison(op: string): boolean {
  return Object.hasOwn(comparisons, op)
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

/** Answers an instant query from the series in memory. */
import { functions } from './functions.ts'
import { combine } from './operators.ts'
import type { Query, Selector } from './parse.ts'
import { groupBy, type Moment, type Point, select } from './vector.ts'

/** How far back an instant selector looks for the last sample, as in Prometheus. */
const lookBackMs = 5 * 60_000

/** The instant vector; a bare number is one point without labels. Throws Error on what it lacks. */
export function evaluate(query: Query, moment: Moment): Point[] {
  switch (query.kind) {
    case 'number':
      return [{ labels: {}, value: query.value }]
    case 'text':
      throw new Error('a text must be given to a function')
    case 'selector':
      return instant(query, moment)
    case 'aggregate':
      return aggregate(query, evaluate(query.of, moment))
    case 'binary':
      return combine(query, evaluate(query.left, moment), evaluate(query.right, moment))
    default:
      return call(query, moment)
  }
}

function instant(query: Selector, moment: Moment): Point[] {
  if (query.rangeMs !== undefined) throw new Error('a range vector must be given to a function')
  const from = moment.now.getTime() - query.offsetMs - lookBackMs
  return select(query, moment).flatMap(({ name, labels, samples }) => {
    const last = samples.at(-1)
    return last && last.at >= from
      ? [{ labels: { __name__: name, ...labels }, value: last.value }]
      : []
  })
}

function call({ name, args }: Extract<Query, { kind: 'call' }>, moment: Moment): Point[] {
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (!known) throw new Error(`unknown function with name "${name}"`)
  const { takes, run } = known
  if (args.length !== takes)
    throw new Error(`expected ${takes} argument(s) in call to "${name}", got ${args.length}`)
  return run(args, moment, (query) => evaluate(query, moment))
}

function aggregate(query: Extract<Query, { kind: 'aggregate' }>, points: Point[]): Point[] {
  const { by, without, name } = query
  const groups = groupBy(points, (labels) =>
    Object.fromEntries(
      Object.entries(labels).filter(
        ([key]) => by.includes(key) !== without && !(without && key === '__name__'),
      ),
    ),
  )
  return groups.map(({ labels, members }) => ({
    labels,
    value: reduce(
      name,
      members.map(({ value }) => value),
    ),
  }))
}

function reduce(name: string, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0)
  switch (name) {
    case 'sum':
      return sum
    case 'avg':
      return sum / values.length
    case 'count':
      return values.length
    case 'min':
      return Math.min(...values)
    default:
      return Math.max(...values)
  }
}

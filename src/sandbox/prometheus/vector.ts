/** Vectors, and what functions and operators have in common. */
import type { Matcher, Query, Selector } from './parse.ts'
import { type Labels, labelsKey, type Series, type SeriesStore } from './series.ts'

export interface Point {
  labels: Labels
  value: number
}

export interface Moment {
  store: SeriesStore
  now: Date
}

/** Whether a query gives a single number rather than a vector: answers name the difference. */
export function isScalar(query: Query): boolean {
  if (query.kind === 'number') return true
  if (query.kind === 'call') return query.name === 'scalar' || query.name === 'time'
  return query.kind === 'binary' && isScalar(query.left) && isScalar(query.right)
}

/** The series that a selector finds, as they were at the moment that it means. */
export function select({ name, matchers, offsetMs }: Selector, { store, now }: Moment): Series[] {
  const tests = matchers.map(testOf)
  const until = now.getTime() - offsetMs
  return store
    .all(name)
    .filter(({ labels }) => tests.every((test) => test(labels)))
    .map((series) => ({ ...series, samples: series.samples.filter(({ at }) => at <= until) }))
}

/** A label that a series does not have is empty. */
function testOf({ label, op, value }: Matcher): (labels: Labels) => boolean {
  if (op === '=') return (labels) => (labels[label] ?? '') === value
  if (op === '!=') return (labels) => (labels[label] ?? '') !== value
  const pattern = new RegExp(`^(?:${value})$`, 's')
  return (labels) => pattern.test(labels[label] ?? '') === (op === '=~')
}

/** Points by the labels that `labelsOf` leaves of theirs. */
export function groupBy(
  points: readonly Point[],
  labelsOf: (labels: Labels) => Labels,
): { labels: Labels; members: Point[] }[] {
  const groups = new Map<string, { labels: Labels; members: Point[] }>()
  for (const point of points) {
    const labels = labelsOf(point.labels)
    const key = labelsKey(labels)
    const group = groups.get(key) ?? { labels, members: [] }
    group.members.push(point)
    groups.set(key, group)
  }
  return [...groups.values()]
}

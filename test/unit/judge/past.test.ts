import { expect, test } from 'vitest'
import { type PastSeries, pastOf } from '../../../src/judge/past.ts'

const steps = Array.from({ length: 60 }, (_, at) => at * 60)
const pods = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

/** A series of each pod that grows by so much in each step. */
const series = (growth: (at: number, pod: number) => number, label = 'pod'): PastSeries[] =>
  pods.map((pod, index) => ({
    labels: { [label]: `podinfo-${pod}` },
    values: steps.map((seconds, at) => [seconds, growth(at, index)] as const),
  }))

test.each(['pod', 'kubernetes_pod_name', 'instance'])(
  'the instances by %s are two halves',
  (label) => {
    const of = { all: series(() => 100, label), bad: series((at) => at % 2, label) }
    const { from, looks, usual } = pastOf(of)
    expect([from, looks]).toEqual(['Instances', 60])
    expect(usual).toBeCloseTo(0.0047, 3)
  },
)

test('one instance is compared with itself in time', () => {
  const [all] = series(() => 1_000)
  const [bad] = series((at) => (at % 20 < 10 ? 40 : 0))
  if (!all || !bad) throw new Error('no series')
  const { from, dispersion } = pastOf({ all: [all], bad: [bad] })
  expect(from).toBe('Time')
  expect(dispersion.cluster).toBeGreaterThan(1.5)
})

test('a short history, or none, leaves the careful guess', () => {
  const short = series(() => 100).map((one) => ({ ...one, values: one.values.slice(0, 5) }))
  for (const all of [short, []])
    expect(pastOf({ all, bad: [] })).toMatchObject({
      from: 'Prior',
      dispersion: { cluster: 3, noise: 0 },
    })
})

test('no failures at all are a usual rate of zero', () => {
  expect(pastOf({ all: series(() => 100), bad: [] }).usual).toBe(0)
})

test('what a server answers that is no number counts for nothing', () => {
  const odd = series((at) => (at === 3 ? Number.NaN : at === 4 ? -5 : 100))
  expect(pastOf({ all: odd, bad: series(() => 1_000) }).usual).toBeLessThanOrEqual(1)
})

import { expect, test } from 'vitest'
import type { StepCounts } from '../../../src/metrics/provider.ts'
import { recordedRuns } from '../../../src/simulation/recorded.ts'
import { canary } from '../metrics/builders.ts'

const rate = { name: 'request-success-rate', thresholdRange: { min: 99 } }
const of = canary([rate], {}, { interval: '1m', judge: {}, stepWeight: 10, maxWeight: 50 })
const { judge } = of.analysis
const [metric] = of.analysis.metrics
if (!judge || !metric) throw new Error('there is no judge')

const step = (
  at: number,
  canaryCount: [number, number],
  primary: [number, number],
): StepCounts => ({
  at: at * 60,
  canary: { bad: canaryCount[0], all: canaryCount[1] },
  primary: { bad: primary[0], all: primary[1] },
})

/** Hours of a primary that fails one of two hundred, evenly. */
const quiet = (from: number, steps: number) =>
  Array.from({ length: steps }, (_, at) => step(from + at, [0, 0], [30, 6_000]))
const run = (from: number, bad: number) =>
  Array.from({ length: 20 }, (_, at) => step(from + at, [bad, 3_000], [15, 3_000]))

const runsIn = (steps: readonly StepCounts[]) =>
  recordedRuns(steps, { canary: of, judge, metric, stepSeconds: 60 })

test('each stretch with requests of the canary is a run, judged by what came before', () => {
  const steps = [...quiet(0, 100), ...run(100, 15), ...quiet(120, 100), ...run(220, 29)]
  const [good, bad, ...more] = runsIn(steps)
  expect(more).toEqual([])
  expect(good).toMatchObject({
    startedAt: '1970-01-01T01:39:00.000Z',
    looks: 20,
    canary: { bad: 300, all: 60_000 },
    judge: { verdict: 'Pass' },
    range: { result: 'promoted', look: 20 },
  })
  // Nearly twice as many failures, which a range of 99 % lets through.
  expect(bad).toMatchObject({ judge: { verdict: 'Fail' }, range: { result: 'promoted' } })
})

test('a pause of a few looks is no end, and a try by hand no run', () => {
  const paused = [...run(0, 15), ...quiet(20, 2), ...run(22, 15)]
  expect(runsIn(paused).map(({ looks }) => looks)).toEqual([42])
  expect(runsIn([...quiet(0, 10), ...run(10, 15).slice(0, 2), ...quiet(12, 10)])).toEqual([])
})

test('a range that fails is rolled back at its threshold', () => {
  const [only] = runsIn([...quiet(0, 100), ...run(100, 900)])
  expect(only?.range).toEqual({ result: 'rolled back', look: of.analysis.threshold })
  expect(only?.judge).toMatchObject({ verdict: 'Fail', look: 1 })
})

test('nothing is found where the canary had no requests', () => {
  expect(runsIn(quiet(0, 100))).toEqual([])
})

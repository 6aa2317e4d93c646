import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/sandbox/random.ts'
import {
  brokenPromise,
  canaryWith,
  judgeTable,
  remedyFor,
  rolloutOf,
  usualVersions,
} from '../../../src/simulation/judge-table.ts'
import { canary } from '../metrics/builders.ts'

const rate = { name: 'request-success-rate', thresholdRange: { min: 99 } }
const given = (analysis: object = {}) =>
  canary(
    [rate],
    {},
    { interval: '1m', threshold: 5, judge: {}, stepWeight: 5, maxWeight: 50, ...analysis },
  )
const sample = { runs: 60, seed: 1, random: seededRandom }
const service = { requestsPerSecond: 100, rate: 0.005, noise: 'independent' as const }

const table = (of = given()) =>
  judgeTable({ rollout: rolloutOf(of), service, versions: usualVersions(service.rate) }, sample)

test('healthy versions are promoted, and bad ones found, where the range promotes a doubled one', () => {
  const [healthy, , doubled, fivefold, more] = table()
  expect(healthy?.judge.promoted).toBeGreaterThan(0.9)
  expect(healthy?.judge.rolledBack).toBeLessThanOrEqual(0.05)
  expect(doubled?.judge.rolledBack).toBeGreaterThan(0.9)
  expect(doubled?.range?.promoted).toBeGreaterThan(0)
  expect(fivefold?.judge.rolledBack).toBe(1)
  expect(more?.judge.foundMinutes).toBeLessThan(10)
})

test('equal seeds give equal figures', () => {
  expect(table()).toEqual(table())
})

test('a version that is promoted goes on failing, for everybody', () => {
  const loose = given({ metrics: [{ ...rate, thresholdRange: { min: 50 } }] })
  const [, , doubled] = table(loose)
  // An hour of 100 requests a second, of which half a percent more fail, but for the first minutes.
  expect(doubled?.range?.failed).toBeGreaterThan(1_400)
  expect(doubled?.judge.failed).toBeLessThan(500)
})

test('the Canary is played with its own weights, interval and limit', () => {
  const own = given({
    stepWeight: 0,
    stepWeights: [1, 20],
    interval: '30s',
    judge: { limit: '2h' },
  })
  expect(rolloutOf(own)).toMatchObject({
    ...{ weights: [1, 20], seconds: 30, looks: 240 },
    range: { leastGood: 0.99, threshold: 5 },
  })
})

describe('what can’t be played says why', () => {
  test('a Canary without a judge', () => {
    expect(() => rolloutOf(given({ judge: { mode: 'Off' } }))).toThrow(
      'podinfo.test has no judge of failures to be played; set spec.analysis.judge: {} and a metric request-success-rate',
    )
  })

  test('one whose versions have other users', () => {
    expect(() => rolloutOf(given({ judge: { compareTo: 'Objective' } }))).toThrow(
      'podinfo.test is held against its range alone',
    )
  })
})

test('other values of a setting are other judges', () => {
  const careful = rolloutOf(canaryWith(given(), 'missed', 1))
  expect(careful.plan.missed).toBe(0.01)
  expect(rolloutOf(canaryWith(given(), 'limit', 120)).looks).toBe(120)
})

test('with little traffic it says what would decide', () => {
  const little = { ...service, requestsPerSecond: 1 }
  const of = given()
  const rows = judgeTable(
    { rollout: rolloutOf(of), service: little, versions: usualVersions(0.005) },
    sample,
  )
  expect(remedyFor(of, { rows, service: little }, sample)).toMatch(
    /^healthy versions mostly stay undecided at this traffic; (ratio: \d+ or )?limit: \d+h decides nine of ten$/,
  )
  expect(remedyFor(of, { rows: table(), service }, sample)).toBeUndefined()
})

test('a promise that is broken beyond chance is told', () => {
  const rollout = rolloutOf(given())
  const [healthy] = table()
  if (!healthy) throw new Error('no row')
  const broken = { ...healthy, judge: { ...healthy.judge, rolledBack: 0.2 } }
  expect(brokenPromise([healthy], rollout, 60)).toEqual([])
  expect(brokenPromise([broken], rollout, 60)).toEqual([
    'healthy: 20 % are rolled back, more than 1 %',
  ])
})

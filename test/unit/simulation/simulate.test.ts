import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/sandbox/random.ts'
import { oddsOf } from '../../../src/simulation/odds.ts'
import { plot } from '../../../src/simulation/plot.ts'
import type { Script } from '../../../src/simulation/script.ts'
import { play } from '../../../src/simulation/simulate.ts'
import { canaryObject } from '../../support/canary-object.ts'

const weights = { stepWeight: 10, maxWeight: 50, threshold: 3, webhooks: [] }

function script(of: {
  analysis?: object
  spec?: object
  errorRate?: number
  latencyMs?: number
  requests?: number
  tests?: number
}): Script {
  const { analysis = {}, spec = {}, errorRate = 0.001, latencyMs = 100 } = of
  return {
    manifest: canaryObject({ analysis: { ...weights, ...analysis }, spec }),
    load: {
      canary: { errorRate, latencyMs },
      usersPerSecond: of.requests ?? 20,
      testsPerSecond: of.tests ?? 0,
      matching: 0.1,
    },
    podReadyMs: 30_000,
    random: seededRandom(1),
  }
}

test('a good version goes up step by step, and is promoted when the last one has passed', () => {
  const { result, seconds, timeline } = play(script({}))
  expect(result).toBe('promoted')
  expect(timeline.map(({ phase, weight }) => `${phase} ${weight}`)).toEqual([
    'Progressing 0',
    'Progressing 10',
    'Progressing 20',
    'Progressing 30',
    'Progressing 40',
    'Progressing 50',
    'Promoting 50',
    'Finalising 0',
    'Succeeded 0',
  ])
  // Half a minute each for pods of canary and primary, six intervals of a minute.
  expect(seconds).toBe(7 * 60)
})

test('a bad version is rolled back at the threshold, and its failed requests are counted', () => {
  const { result, seconds, users, failedUsers, timeline } = play(script({ errorRate: 0.2 }))
  expect(result).toBe('rolled back')
  expect(seconds).toBe(30 + 3 * 60)
  expect(timeline.at(-2)).toMatchObject({ weight: 10, failed: 2 })
  // A tenth of 20 requests a second, for three minutes; a fifth of them fails.
  expect(users).toBe(360)
  expect(failedUsers).toBeGreaterThan(40)
  expect(failedUsers).toBeLessThan(110)
})

test('a slow version is found by the time of its requests', () => {
  const { result, timeline } = play(script({ latencyMs: 900 }))
  expect(result).toBe('rolled back')
  expect(timeline.map(({ event }) => event).join()).toContain('request duration')
})

test('a canary that nobody sends requests to is not promoted', () => {
  expect(play(script({ requests: 0 })).result).toBe('rolled back')
})

test.each([
  ['blue/green by a provider without weights', { iterations: 3 }, { provider: 'kubernetes' }],
  ['A/B', { iterations: 3, match: [{ headers: { x: { exact: 'y' } } }] }, {}],
  ['mirrored', { mirror: true }, {}],
])('%s is played to its end', (_, analysis, spec) => {
  expect(play(script({ analysis, spec, tests: 10 })).result).toBe('promoted')
})

test('users of a provider without weights meet the canary only once it is promoted', () => {
  const spec = { provider: 'kubernetes' }
  const played = play(script({ analysis: { iterations: 3 }, spec, tests: 10, errorRate: 0.5 }))
  expect(played).toMatchObject({ result: 'rolled back', users: 0, failedUsers: 0 })
})

test('equal seeds play the same, and the odds of good and bad versions are far apart', () => {
  expect(play(script({ errorRate: 0.01 }))).toEqual(play(script({ errorRate: 0.01 })))
  const good = oddsOf(script({ errorRate: 0.0005, requests: 100 }), 30)
  const bad = oddsOf(script({ errorRate: 0.05, requests: 100 }), 30)
  expect(good).toMatchObject({ promoted: 30, rolledBack: 0, unfinished: 0 })
  expect(bad).toMatchObject({ promoted: 0, rolledBack: 30, unfinished: 0 })
})

test('a spec that the controller would not work on is told, and not played', () => {
  expect(() => play(script({ spec: { targetRef: 'podinfo' } }))).toThrow('spec.targetRef')
})

test('the picture has a mark for each failed check, and the verdict above', () => {
  const text = plot(play(script({ errorRate: 0.2 })), 'a<b')
  expect(text).toContain('a&lt;b: rolled back after 3m30s')
  // The third ends the run, which counts from zero again.
  expect(text.match(/<circle/g)).toHaveLength(2)
})

test('a judge takes back what fails several times as often as the primary, within its range', () => {
  const metrics = [{ name: 'request-success-rate', thresholdRange: { min: 90 } }]
  const of = { analysis: { metrics, judge: {} }, requests: 100 }
  expect(play(script({ ...of, errorRate: 0.01 })).result).toBe('rolled back')
  expect(play(script({ analysis: { metrics }, requests: 100, errorRate: 0.01 })).result).toBe(
    'promoted',
  )
  expect(play(script({ ...of, errorRate: 0.001 })).result).toBe('promoted')
})

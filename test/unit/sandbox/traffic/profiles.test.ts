import { expect, test } from 'vitest'
import { seededRandom } from '../../../../src/sandbox/random.ts'
import { answerOf, createProfiles } from '../../../../src/sandbox/traffic/profiles.ts'

const sample = (profile: { errorRate: number; medianMs: number; p99Ms: number }) => {
  const random = seededRandom(3)
  return Array.from({ length: 20_000 }, () => answerOf(profile, random))
}

test('latencies have the median and the 99th percentile of the profile', () => {
  const latencies = sample({ errorRate: 0, medianMs: 20, p99Ms: 200 })
    .map(({ latencyMs }) => latencyMs)
    .sort((a, b) => a - b)
  expect(latencies[10_000]).toBeGreaterThan(19)
  expect(latencies[10_000]).toBeLessThan(21)
  expect(latencies[19_800]).toBeGreaterThan(180)
  expect(latencies[19_800]).toBeLessThan(220)
})

test('errors come as often as the profile says', () => {
  const failed = sample({ errorRate: 0.05, medianMs: 1, p99Ms: 2 }).filter(
    ({ status }) => status === 500,
  )
  expect(failed.length).toBeGreaterThan(900)
  expect(failed.length).toBeLessThan(1_100)
})

test('versions are healthy until told otherwise; the latest rule that fits decides', () => {
  const profiles = createProfiles()
  expect(profiles.of('podinfo:6.0.0').errorRate).toBe(0)
  profiles.set('podinfo', { errorRate: 0.1 })
  profiles.set('podinfo:6.0.2', { errorRate: 0.9 })
  expect(profiles.of('ghcr.io/podinfo:6.0.2').errorRate).toBe(0.9)
  expect(profiles.of('ghcr.io/podinfo:6.0.1').errorRate).toBe(0.1)
  profiles.set('podinfo', {})
  expect(profiles.of('ghcr.io/podinfo:6.0.2').errorRate).toBe(0)
})

test('random numbers are spread evenly over [0, 1)', () => {
  const random = seededRandom(1)
  const numbers = Array.from({ length: 10_000 }, random)
  const perTenth = Array.from(
    { length: 10 },
    (_, tenth) => numbers.filter((number) => Math.floor(number * 10) === tenth).length,
  )
  expect(Math.min(...perTenth)).toBeGreaterThan(900)
  expect(Math.max(...perTenth)).toBeLessThan(1_100)
})

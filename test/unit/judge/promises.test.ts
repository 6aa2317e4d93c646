/** The promises, on simulated services; the whole tables are made by `npm run judge:tables`. */
import { expect, test } from 'vitest'
import { drawsFrom } from '../../../src/judge/simulated/draws.ts'
import { type Noise, noises } from '../../../src/judge/simulated/noise.ts'
import { type Played, planAfter, play } from '../../../src/judge/simulated/play.ts'
import { seededRandom } from '../../../src/sandbox/random.ts'
import { plan } from './golden.ts'

const weights = [5, 10, 15, 20, 25, 30, 35, 40, 45, 50]

function played(noise: Noise, effect: (rate: number) => number, runs: number): Played[] {
  const service = { requestsPerSecond: 100, rate: 0.005, noise }
  const known = Array.from({ length: 10 }, (_, at) =>
    planAfter(service, plan, drawsFrom(seededRandom(1_000 + at))),
  )
  return Array.from({ length: runs }, (_, at) => {
    const draws = drawsFrom(seededRandom(at))
    return play({ ...service, effect, weights, plan: known[at % known.length] ?? plan, draws })
  })
}

const count = (runs: readonly Played[], end: Played['end']) =>
  runs.filter((one) => one.end === end).length

const healthy = (rate: number) => rate
const doubled = (rate: number) => 2 * rate

/** Two that were made to break the promise have their figures in the docs, and no place here. */
const promised = noises.filter((noise) => noise !== 'seesaw' && noise !== 'avalanche')

test.each(promised)('of healthy versions at most one in a hundred goes back: %s', (noise) => {
  const runs = played(noise, healthy, 300)
  expect(count(runs, 'rolled back')).toBeLessThanOrEqual(3)
})

test.each(promised)('of doubled failures at most five in a hundred pass: %s', (noise) => {
  const runs = played(noise, doubled, 150)
  expect(count(runs, 'promoted')).toBeLessThanOrEqual(7)
})

test('where failures are independent, nine of ten doubled ones are found within the hour', () => {
  const runs = played('independent', doubled, 150)
  expect(count(runs, 'rolled back')).toBeGreaterThan(135)
})

test('half of all requests failing is found in one look', () => {
  const runs = played('independent', () => 0.5, 50)
  expect(runs.every(({ end, minutes }) => end === 'rolled back' && minutes === 1)).toBe(true)
})

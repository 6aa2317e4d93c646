import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { againstRatio, factorsOf } from '../../../src/judge/bets.ts'
import { type Evidence, fold, noEvidence } from '../../../src/judge/evidence.ts'
import { ratioOf } from '../../../src/judge/interval.ts'
import {
  readCheckpoint,
  readLooks,
  totalsIn,
  writeCheckpoint,
  writeLooks,
} from '../../../src/judge/log.ts'
import { countOf, type Look } from '../../../src/judge/look.ts'
import { type Plan, startWeight } from '../../../src/judge/plan.ts'
import { verdictOf } from '../../../src/judge/verdict.ts'
import { golden, look, plan } from './golden.ts'

const after = (looks: readonly Look[], by: Plan = plan, from = noEvidence(by)): Evidence =>
  looks.reduce((state, one) => fold(state, one, by), from)

const verdictAfter = (looks: readonly Look[], by: Plan = plan) =>
  verdictOf([{ name: 'errors', plan: by, evidence: after(looks, by) }])

/** Relative, of the evidence itself: an absolute difference of its logarithm. */
const near = (log: number, evidence: number) =>
  expect(Math.abs(log - Math.log(evidence))).toBeLessThan(1e-6)

describe.each(golden)('the evidence of $name', ({ plan: by, looks, figures }) => {
  test('is the exact one after each look', () => {
    for (const [at, want] of figures.entries()) {
      const { harm, safety, objective } = after(looks.slice(0, at + 1), by)
      near(harm, want.harm)
      near(safety, want.safety)
      near(objective, want.objective)
    }
  })

  test('comes with the exact interval of ratios', () => {
    const seen = looks.filter((one) => !fold(noEvidence(by), one, by).incidents)
    const { low, high } = ratioOf(seen, by)
    expect(low).toBeCloseTo(figures.at(-1)?.low ?? 0, 2)
    expect(high).toBeCloseTo(figures.at(-1)?.high ?? 0, 2)
  })
})

const looksOf = (name: string) => golden.find((one) => one.name === name)?.looks ?? []

test('a doubled failure rate fails with the fifth look, and is held from the second on', () => {
  const looks = looksOf('a doubled failure rate')
  const kinds = looks.map((_, at) => verdictAfter(looks.slice(0, at + 1)))
  expect(kinds.map((one) => ('reason' in one ? one.reason : one.kind))).toEqual([
    ...['NeedsData', 'Caution', 'Caution', 'Caution'],
    ...['fail', 'fail'],
  ])
})

test('a healthy canary passes with the fifth look, and is not held before', () => {
  const looks = looksOf('a healthy canary')
  const verdicts = looks.map((_, at) => verdictAfter(looks.slice(0, at + 1)))
  expect(verdicts.slice(0, 4).every((one) => 'hold' in one && !one.hold)).toBe(true)
  expect(verdicts[4]).toEqual({ kind: 'pass' })
})

test('half of all requests failing is proof in one look', () => {
  expect(verdictAfter(looksOf('a gross failure')).kind).toBe('fail')
})

test('an incident of the primary is held, and nothing is learned from it', () => {
  const looks = looksOf('an outage of both versions, recognised').slice(0, 2)
  expect(verdictAfter(looks, { ...plan, usual: 0.005 })).toMatchObject({ reason: 'Incident' })
})

test('held against the objective alone, a canary above it fails, and a shared incident counts', () => {
  const by: Plan = { ...plan, compareTo: 'Objective', usual: 0.005 }
  const bad = Array.from({ length: 6 }, () => look([30, 300], [570, 5700]))
  expect(verdictAfter(bad, by).kind).toBe('fail')
  const good = Array.from({ length: 8 }, () => look([1, 300], [28, 5700]))
  expect(verdictAfter(good, by).kind).toBe('pass')
})

test('one harmful metric among healthy ones needs its multiple, and fails alone', () => {
  const healthy = { name: 'duration', plan, evidence: after(looksOf('a healthy canary')) }
  const bad = (looks: number) => ({
    name: 'errors',
    plan,
    evidence: after(looksOf('a doubled failure rate').slice(0, looks)),
  })
  expect(verdictOf([healthy, bad(5)]).kind).toBe('inconclusive')
  expect(verdictOf([healthy, bad(6)])).toMatchObject({ kind: 'fail', worst: { name: 'errors' } })
})

test('regressions may start at any look until the limit, and at none after', () => {
  const starts = Array.from({ length: 60 }, (_, at) => startWeight(at + 1, plan))
  expect(starts.slice(0, 2)).toEqual([0.5, 0.35 / 9])
  expect(starts[10]).toBeCloseTo(0.003, 12)
  expect(starts.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12)
  expect(startWeight(61, plan)).toBe(0)
})

/** Expected factors of one look, summed over Poisson counts: 1 where the null just holds. */
function expected(times: number, against: 'harm' | 'safety'): number[] {
  const { up, down } = factorsOf(2)
  const [nulls, factors] = against === 'harm' ? [1, up] : [2, down]
  const [canary, primary] = [poisson(1.5 * times), poisson(28.5)]
  const sums = factors.map(() => 0)
  for (const [a, p] of canary.entries())
    for (const [b, q] of primary.entries()) {
      const bet = { ...look([a, 300], [b, 5700]), dispersion: plan.dispersion }
      for (const [at, log] of againstRatio(bet, nulls, factors).entries())
        sums[at] = (sums[at] ?? 0) + p * q * Math.exp(log)
    }
  return sums
}

function poisson(mean: number): number[] {
  const out = [Math.exp(-mean)]
  for (let k = 1; k < 120; k++) out.push(((out[k - 1] ?? 0) * mean) / k)
  return out
}

test.each([
  ['harm', 1, [1, 1, 1, 1, 1, 1]],
  ['harm', 0.8, [0.866508, 0.76229, 0.591215, 0.366265, 0.143801, 0.031282]],
  ['safety', 2, [1, 1, 1, 1]],
  ['safety', 2.5, [0.774965, 0.700298, 0.604793, 0.513387]],
] as const)('a look is a fair bet on %s where the canary fails %s times as often', (...of) => {
  const [against, times, want] = of
  const sums = expected(times, against)
  for (const [at, one] of want.entries()) expect(sums[at]).toBeCloseTo(one, 6)
})

const counts = (most: number) =>
  fc.tuple(fc.nat(most), fc.nat(most)).map(([a, b]) => countOf(Math.min(a, b), Math.max(a, b)))
const anyLook = (most = 100_000): fc.Arbitrary<Look> =>
  fc.record({
    seconds: fc.integer({ min: 10, max: 600 }),
    canary: counts(most),
    primary: counts(most),
  })
const anyLooks = fc.array(anyLook(), { maxLength: 40 })
/** As a minute each, so that a checkpoint may be made after every one. */
const minutes = anyLooks.map((looks) => looks.map((one) => ({ ...one, seconds: 60 })))
const anyPlan = fc
  .record({
    usual: fc.option(fc.double({ min: 0.0001, max: 0.1, noNaN: true }), { nil: undefined }),
    cluster: fc.double({ min: 1, max: 5, noNaN: true }),
    noise: fc.double({ min: 0, max: 2, noNaN: true }),
  })
  .map(({ usual, ...dispersion }): Plan => ({ ...plan, dispersion, ...(usual && { usual }) }))

test('evidence is finite, whatever is counted', () => {
  fc.assert(
    fc.property(fc.array(anyLook(1e9), { maxLength: 20 }), anyPlan, (looks, by) => {
      const { harm, safety, objective } = after(looks, by)
      expect([harm, safety, objective].every(Number.isFinite)).toBe(true)
    }),
  )
})

test('a run that goes on from its checkpoint comes to the same evidence', () => {
  fc.assert(
    fc.property(minutes, minutes, anyPlan, (first, then, by) => {
      fc.pre(first.length > 0)
      const kept = readCheckpoint(writeCheckpoint(after(first, by), by, totalsIn()), by)
      const whole = after([...first, ...then], by)
      const parted = after(then, by, kept)
      for (const part of ['harm', 'safety', 'objective'] as const)
        expect(Math.abs(parted[part] - whole[part])).toBeLessThan(
          1e-6 * (1 + Math.abs(whole[part])),
        )
      expect(parted.ratioProven).toBe(whole.ratioProven)
    }),
  )
})

test('looks come back from their text as they were', () => {
  const marked = fc.tuple(anyLook(), fc.constantFrom(undefined, 'incident', 'gap', 'birth'))
  fc.assert(
    fc.property(fc.array(marked), (pairs) => {
      const looks = pairs.map(([one, skip]) => ({ ...one, ...(skip && { skip }) }) as Look)
      expect(readLooks(writeLooks(looks))).toEqual(looks)
    }),
  )
})

test('a look without failures never raises the evidence of harm', () => {
  fc.assert(
    fc.property(anyLooks, counts(1000), (looks, { all }) => {
      const before = after(looks)
      const next = { ...look([0, all], [0, all * 19]), seconds: 60 }
      expect(fold(before, next, plan).harm).toBeLessThanOrEqual(before.harm + 1e-9)
    }),
  )
})

test('more failures of the canary never lower harm, and never raise safety', () => {
  fc.assert(
    fc.property(minutes, anyLook(), fc.integer({ min: 1, max: 50 }), (looks, last, more) => {
      const { bad, all } = last.canary
      fc.pre(bad + more <= all)
      const before = after(looks)
      const few = fold(before, { ...last, seconds: 60 }, plan)
      const worse = { ...last, seconds: 60, canary: { bad: bad + more, all } }
      const many = fold(before, worse, plan)
      expect(many.harm).toBeGreaterThanOrEqual(few.harm - 1e-9 * Math.abs(few.harm))
      expect(many.safety).toBeLessThanOrEqual(few.safety + 1e-9 * Math.abs(few.safety))
    }),
  )
})

test('the order of two looks changes nothing in safety', () => {
  fc.assert(
    fc.property(anyLook(), anyLook(), (one, other) => {
      const [there, back] = [after([one, other]), after([other, one])]
      expect(Math.abs(there.safety - back.safety)).toBeLessThan(1e-6 * (1 + Math.abs(back.safety)))
    }),
  )
})

test('a window that nobody vouches for changes nothing', () => {
  const looks = looksOf('a doubled failure rate').slice(0, 3)
  const gap: Look = { ...look([50, 60], [0, 9000]), skip: 'gap' }
  expect(after([...looks, gap])).toEqual(after(looks))
})

test('what cannot be read in the text of the looks is no look', () => {
  expect(readLooks('')).toEqual([])
  expect(readLooks('60:3/300,28/5700 60:x/1,2/3 nonsense')).toEqual([look([3, 300], [28, 5700])])
  expect(readCheckpoint('1 2 3', plan)).toBeUndefined()
})

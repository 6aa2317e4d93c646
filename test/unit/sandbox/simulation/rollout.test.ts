import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limitsOf, nextSizes } from '../../../../src/sandbox/simulation/controllers/rollout.ts'

test('percentages of surge round up, those of unavailable pods round down', () => {
  expect(limitsOf({}, 5)).toEqual({ surge: 2, unavailable: 1 })
  expect(limitsOf({ rollingUpdate: { maxSurge: '10%', maxUnavailable: '30%' } }, 3)).toEqual({
    surge: 1,
    unavailable: 0,
  })
})

test('where both limits are zero, one pod may be missing, or nothing could ever move', () => {
  const rollingUpdate = { maxSurge: 0, maxUnavailable: '10%' }
  expect(limitsOf({ rollingUpdate }, 2)).toEqual({ surge: 0, unavailable: 1 })
})

test('any rolling update ends, within its limits at every step', () => {
  const cases = fc.record({
    wanted: fc.integer({ min: 0, max: 12 }),
    before: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 3 }),
    maxSurge: fc.integer({ min: 0, max: 3 }),
    maxUnavailable: fc.integer({ min: 0, max: 3 }),
  })
  fc.assert(
    fc.property(cases, ({ wanted, before, maxSurge, maxUnavailable }) => {
      const strategy = { rollingUpdate: { maxSurge, maxUnavailable } }
      const { surge, unavailable } = limitsOf(strategy, wanted)
      const setOf = (replicas: number) => ({ replicas, pods: replicas, available: replicas })
      let fresh = setOf(0)
      let old = before.map(setOf)
      const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0)
      const most = Math.max(wanted + surge, sum(before))
      const least = Math.min(wanted - unavailable, sum(before))
      for (let step = 0; step < 60; step++) {
        const sizes = nextSizes({ wanted, strategy, fresh, old })
        expect(sizes.fresh + sum(sizes.old)).toBeLessThanOrEqual(most)
        // New pods are not ready at first; in the next round they are.
        const stillReady = Math.min(sizes.fresh, fresh.available) + sum(sizes.old)
        expect(stillReady).toBeGreaterThanOrEqual(least)
        fresh = setOf(sizes.fresh)
        old = sizes.old.map(setOf)
      }
      expect([fresh.replicas, sum(old.map(({ replicas }) => replicas))]).toEqual([wanted, 0])
    }),
  )
})

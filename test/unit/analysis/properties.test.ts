import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { weightSteps } from '../../../src/analysis/weights.ts'
import { advance, deploy, idleWorld, row } from '../../support/world.ts'
import { played, scripts } from './scripts.ts'

const weights = fc.oneof(
  fc.record({ stepWeight: fc.integer({ min: 0, max: 100 }), maxWeight: fc.integer({ min: 1 }) }),
  fc.record({
    stepWeight: fc.constant(0),
    stepWeights: fc.array(fc.integer({ min: -5, max: 200 }), { minLength: 1, maxLength: 6 }),
  }),
)

test('weights only grow while checks pass, and every run ends promoted', () => {
  fc.assert(
    fc.property(weights, fc.boolean(), fc.integer({ min: 0, max: 25 }), (analysis, prunes, at) => {
      const world = idleWorld({ analysis, prunes })
      world.effectsLeft = at
      deploy(world, 'green')
      advance(world, 120 * 60_000)
      expect(row(world)).toBe('Succeeded 0/0/0 100/0')
      const moved = world.log.routes.map(({ canary }) => canary)
      const up = moved.slice(0, -1)
      expect(up).toEqual([...up].sort((a, b) => a - b))
    }),
    { numRuns: 40 },
  )
})

test('the weights of a run grow without repeating, and end at 100 or before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100 }),
      fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 100 }),
      (stepWeight, stepWeights, maxWeight) => {
        const steps = weightSteps({ stepWeight, stepWeights, maxWeight })
        expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b))
        expect(steps.every((weight) => weight > 0 && weight <= 100)).toBe(true)
      },
    ),
  )
})

describe('a process that dies between any two writes continues to the same end', () => {
  test.each(Object.entries(scripts))('%s', (_, script) => {
    const { end } = played(script, Number.POSITIVE_INFINITY)
    let writes = 1
    for (; ; writes++) {
      const cut = played(script, writes)
      if (!cut.hasDied) break
      expect({ writes, ...cut.end }).toEqual({ writes, ...end })
    }
    expect(writes).toBeGreaterThan(4)
  })
})

describe('so does one whose status has no room for our own fields', () => {
  const known = Object.entries(scripts).filter(([name]) => !name.startsWith('a request'))
  test.each(known)('%s', (_, script) => {
    const { end } = played(script, Number.POSITIVE_INFINITY, true)
    for (let writes = 1; ; writes++) {
      const cut = played(script, writes, true)
      if (!cut.hasDied) break
      expect({ writes, ...cut.end }).toEqual({ writes, ...end })
    }
  })
})

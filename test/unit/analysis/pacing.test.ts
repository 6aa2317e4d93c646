import { expect, test } from 'vitest'
import { isDue, isRested } from '../../../src/analysis/pacing.ts'
import { noon, observation } from '../../support/observation.ts'

const minuteMs = 60_000

/** A run with an interval of one minute, whose last step was made when clocks said this. */
function steppedAt(aheadMs: number) {
  const at = (ms: number) => new Date(noon.getTime() + ms).toISOString()
  return observation({
    canary: {
      status: {
        phase: 'Progressing',
        lastTransitionTime: at(aheadMs),
        canaryAnalysis: { startedAt: at(aheadMs), nextTickAt: at(aheadMs + minuteMs) },
      },
    },
    lastStepAt: new Date(noon.getTime() + aheadMs),
  })
}

test('a clock that is set back by hours holds no run up for hours', () => {
  const seen = steppedAt(2 * 60 * minuteMs)
  expect(isDue(seen)).toBe(true)
  expect(isRested(seen)).toBe(true)
})

test('a clock that is set back by a moment makes no step come early', () => {
  const seen = steppedAt(5_000)
  expect(isDue(seen)).toBe(false)
  expect(isRested(seen)).toBe(false)
})

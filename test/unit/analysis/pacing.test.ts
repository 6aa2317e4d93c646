import { describe, expect, test } from 'vitest'
import { isDue, isRested, shownUntil } from '../../../src/analysis/pacing.ts'
import type { Phase } from '../../../src/canary/canary.ts'
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

test('a delay that began in the future, by a clock that was set back since, holds no run up', () => {
  const began = (aheadMs: number) => new Date(noon.getTime() + aheadMs).toISOString()
  const ready = (aheadMs: number) =>
    observation({
      canary: {
        analysis: { delay: '10s' },
        status: {
          phase: 'Progressing',
          canaryAnalysis: { startedAt: began(-60_000), canaryReadyAt: began(aheadMs) },
        },
      },
    })
  expect(isDue(ready(-9_000))).toBe(false)
  expect(isDue(ready(3_600_000))).toBe(true)
})

describe('what a run came to', () => {
  /** A run that ended so long ago, at an interval of so many milliseconds. */
  const endedAgo = (ms: number, phase: Phase, interval = '60s') =>
    observation({
      canary: {
        analysis: { interval },
        status: { phase, lastTransitionTime: new Date(noon.getTime() - ms).toISOString() },
      },
    })

  test.each(['Succeeded', 'Failed'] as const)('is shown as %s for two seconds', (phase) => {
    expect(shownUntil(endedAgo(500, phase))).toEqual(new Date(noon.getTime() + 1_500))
    expect(shownUntil(endedAgo(2_000, phase))).toBeUndefined()
  })

  test('holds nothing up where no run has ended, or a clock was set back', () => {
    expect(shownUntil(endedAgo(0, 'Initialized'))).toBeUndefined()
    expect(shownUntil(endedAgo(0, 'Waiting'))).toBeUndefined()
    expect(shownUntil(endedAgo(-3_600_000, 'Succeeded'))).toBeUndefined()
    expect(shownUntil(observation({ canary: { status: { phase: 'Failed' } } }))).toBeUndefined()
  })
})

import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Verdict } from '../../../src/analysis/decision.ts'
import type { RunStatus } from '../../../src/canary/api.gen.ts'
import { effectsOf, noon, observation } from '../../support/observation.ts'

const failed: Verdict = { outcome: 'failed', by: 'err', why: 'err 7 > 1', events: [], results: [] }
const passed: Verdict = { outcome: 'passed', events: [], results: [] }
const undecided: Verdict = { ...failed, outcome: 'undecided' }

const atStep = (run: RunStatus = {}, analysis: object = { consecutiveThreshold: 3 }) =>
  observation({
    canary: {
      analysis: { threshold: 10, ...analysis },
      status: {
        phase: 'Progressing',
        canaryWeight: 20,
        failedChecks: 4,
        lastAppliedSpec: 'v2:green',
        canaryAnalysis: { runId: 1, weight: 20, startedAt: noon.toISOString(), ...run },
      },
    },
    routes: { primary: 80, canary: 20, mirrored: false },
    workload: { revision: 'v2:green', promoted: false, atRest: { target: false, primary: false } },
  })

/** What the run says of failures in a row afterwards. */
function inRow(metrics: Verdict, run?: RunStatus, analysis?: object) {
  const effects = effectsOf(decide(atStep(run, analysis), { metrics }))
  const change = effects.findLast((effect) => effect.kind === 'status')?.change
  return change?.canaryAnalysis?.failedInRow
}

test('failures in a row are counted, and one that passes ends the row', () => {
  expect(inRow(failed)).toBe(1)
  expect(inRow(failed, { failedInRow: 1 })).toBe(2)
  expect(inRow(passed, { failedInRow: 2 })).toBeUndefined()
})

test('what is undecided neither lengthens nor ends the row', () => {
  expect(inRow(undecided, { failedInRow: 2 })).toBe(2)
})

test('without a limit nothing is counted', () => {
  expect(inRow(failed, {}, {})).toBeUndefined()
})

test('the last failure of a full row is acted on at once', () => {
  const before = decide(atStep({ failedInRow: 1 }), { metrics: failed })
  expect(before).toMatchObject({ wakeAt: new Date(noon.getTime() + 60_000) })
  const full = decide(atStep({ failedInRow: 2 }), { metrics: failed })
  expect(full).toMatchObject({ wakeAt: noon })
})

test('a full row rolls back below the threshold, and says so', () => {
  const decision = decide(atStep({ failedInRow: 3 }), {})
  expect(decision.rule).toBe('thresholdReached')
  const effects = effectsOf(decision)
  expect(effects).toContainEqual(
    expect.objectContaining({
      kind: 'event',
      message: 'Rolling back checkout.shop threshold of failed checks in a row reached 3',
    }),
  )
  expect(effects).toContainEqual(
    expect.objectContaining({
      kind: 'alert',
      message: 'Threshold of failed checks in a row reached 3',
    }),
  )
})

test('a row of any length is nothing to who set no limit', () => {
  expect(decide(atStep({ failedInRow: 9 }, {}), { metrics: passed }).rule).not.toBe(
    'thresholdReached',
  )
})

import { describe, expect, test } from 'vitest'
import type { CanaryStatus } from '../../../../src/canary/api.gen.ts'
import { readCondition } from '../../../../src/report/wait/condition.ts'
import { type Awaited, judgeCondition, stateText } from '../../../../src/report/wait/judge.ts'
import { longestRunSeconds } from '../../../../src/report/wait/limit.ts'
import { before, canary, progressing, report } from '../../commands/builders.ts'

const promoted = 'v2:5b21aa7c11'
const next = 'v2:6c9d7f31a0'
const newer = 'v2:ffffffffff'

const of = (status: CanaryStatus, with_: Partial<Awaited> = {}): Awaited => ({
  report: report(canary({ status: { lastPromotedSpec: promoted, ...status } })),
  revisions: { target: promoted, primary: promoted },
  isHeld: false,
  conditions: [],
  ...with_,
})
const judge = (text: string, seen: Awaited) => judgeCondition(readCondition(text), seen)
const idle: CanaryStatus = { phase: 'Succeeded', lastAppliedSpec: promoted }
const failed: CanaryStatus = {
  phase: 'Failed',
  lastAppliedSpec: next,
  history: [{ id: 1, result: 'Failed', reason: 'too many failed', endedAt: before(9) }],
}

describe('done', () => {
  test('is met by a success with nothing left to release', () => {
    expect(judge('done', of(idle))).toEqual({ state: 'met', said: 'promoted' })
  })

  test('is not met by the success of the run before, while a change is on its way', () => {
    const revisions = { target: next, primary: promoted }
    expect(judge('done', of(idle, { revisions })).state).toBe('open')
    expect(judge('promoted', of(idle, { revisions })).state).toBe('open')
    expect(judge('idle', of(idle, { revisions })).state).toBe('open')
  })

  test('is met by a success where the controller holds what the target has', () => {
    const revisions = { target: next, primary: promoted }
    expect(judge('done', of(idle, { revisions, isHeld: true })).state).toBe('met')
  })

  test('is not met while the target is missing, which is told', () => {
    const seen = of(idle, { revisions: undefined, missingTarget: 'deployment/podinfo' })
    for (const word of ['done', 'promoted', 'idle']) expect(judge(word, seen).state).toBe('open')
    const text = stateText(seen.report, seen.missingTarget)
    expect(text).toBe('its target deployment/podinfo is missing')
  })

  test('fails with the last run also without a target', () => {
    const seen = of(failed, { revisions: undefined, missingTarget: 'deployment/podinfo' })
    expect(judge('done', seen).state).toBe('failed')
  })

  test('is not met in a run', () => {
    expect(judge('done', of(progressing)).state).toBe('open')
    expect(judge('done', of({ phase: 'Initializing' })).state).toBe('open')
  })

  test('fails with the run of what the target holds', () => {
    const revisions = { target: next, primary: promoted }
    expect(judge('done', of(failed, { revisions }))).toEqual({
      ...{ state: 'failed', why: 'too many failed' },
    })
  })

  test('does not fail with an earlier run, when the target has changed since', () => {
    const revisions = { target: newer, primary: promoted }
    expect(judge('done', of(failed, { revisions })).state).toBe('open')
  })

  test('goes by the phase where the workloads are hidden, and where Flagger made the hash', () => {
    expect(judge('done', of(failed, { revisions: undefined })).state).toBe('failed')
    const flagger = { ...failed, lastAppliedSpec: '5d8f7c9b' }
    const revisions = { target: newer, primary: promoted }
    expect(judge('done', of(flagger, { revisions })).state).toBe('failed')
  })

  test('is met by a canary that has had no run', () => {
    const first: CanaryStatus = { phase: 'Initialized', lastAppliedSpec: promoted }
    expect(judge('done', of(first))).toEqual({ state: 'met', said: 'idle: nothing to release' })
  })
})

test('failed is met by a failure', () => {
  expect(judge('failed', of(failed)).state).toBe('met')
  expect(judge('failed', of(idle)).state).toBe('open')
})

test('started is met by a run of what the target holds, and by no other', () => {
  const revisions = { target: next, primary: promoted }
  expect(judge('started', of(progressing, { revisions })).state).toBe('met')
  expect(judge('started', of(failed, { revisions })).state).toBe('met')
  expect(judge('started', of(idle, { revisions })).state).toBe('open')
  const other = { target: newer, primary: promoted }
  expect(judge('started', of(progressing, { revisions: other })).state).toBe('open')
})

test('weights, phases and conditions are compared', () => {
  expect(judge('weight=20', of(progressing)).state).toBe('met')
  expect(judge('weight=21', of(progressing)).state).toBe('open')
  expect(judge('phase=progressing', of(progressing)).state).toBe('met')
  const conditions = [{ type: 'Promoted', status: 'False' }]
  expect(judge('condition=promoted=false', of(idle, { conditions })).state).toBe('met')
  expect(judge('condition=Promoted', of(idle, { conditions })).state).toBe('open')
})

test('who has waited in vain is told where the canary stands', () => {
  const gate = { type: 'confirm-promotion', name: 'promotion gate', since: before(60) } as const
  const waiting = of({ phase: 'WaitingPromotion', canaryAnalysis: { runId: 1, gate } })
  expect(stateText(waiting.report)).toBe('still at the gate "promotion gate" (confirm-promotion)')
  expect(judge('gate', waiting)).toEqual({
    ...{ state: 'met', said: 'waits for the gate "promotion gate"' },
  })
  expect(stateText(of(progressing).report)).toBe('Progressing at weight 20')
})

test('a run is given the time that its Canary allows it, and never less than five minutes', () => {
  const [steps, threshold, interval] = [10, 5, 60]
  expect(longestRunSeconds(canary({ status: idle }))).toBe((steps + threshold + 3) * interval + 600)
  const quick = canary({ spec: { progressDeadlineSeconds: 10 }, analysis: { interval: '10s' } })
  expect(longestRunSeconds(quick)).toBe(300)
})

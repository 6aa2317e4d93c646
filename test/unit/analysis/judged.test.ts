import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Verdict } from '../../../src/analysis/decision.ts'
import type { JudgeStatus } from '../../../src/canary/api.gen.ts'
import { effectsOf, noon, observation } from '../../support/observation.ts'

const at = noon.toISOString()
const rates = { ignoreBelow: 0.1, falseRollback: 1, missed: 5 }
const plan = { ratio: 2, ...rates, scheduledLooks: 10, plannedLooks: 60 }
const judge: JudgeStatus = {
  ...{ version: 1, startedAt: at, lastLook: at, plan },
  verdict: 'Inconclusive',
}
const passed: Verdict = { outcome: 'passed', events: [], results: [], judge }
const why = 'err fails 2.0 times as often as the primary'
const worse: Verdict = { ...passed, outcome: 'failed', final: true, by: 'err', why }
const unproven: Verdict = { ...passed, unproven: 'no proof yet' }

/** A run at this weight, of 50. */
const running = (weight: number, webhooks: object[] = []) =>
  observation({
    canary: {
      analysis: { webhooks: webhooks as never },
      status: {
        phase: 'Progressing',
        canaryWeight: weight,
        failedChecks: 0,
        lastAppliedSpec: 'v2:green',
        canaryAnalysis: { runId: 1, weight, startedAt: at },
      },
    },
    routes: { primary: 100 - weight, canary: weight, mirrored: false },
    workload: { revision: 'v2:green', promoted: false, atRest: { target: false, primary: false } },
  })

function step(weight: number, metrics: Verdict) {
  const decision = decide(running(weight), { metrics })
  const effects = effectsOf(decision)
  const statuses = effects.flatMap((effect) => (effect.kind === 'status' ? [effect.change] : []))
  return { decision, effects, status: Object.assign({}, ...statuses) }
}

test('a canary that is surely worse goes back in the same step, whatever the threshold is', () => {
  const { effects, status } = step(20, worse)
  expect(effects).toContainEqual({
    kind: 'route',
    routes: { primary: 100, canary: 0, mirrored: false },
  })
  expect(status).toMatchObject({
    phase: 'Failed',
    history: [{ result: 'Failed', reason: `judge: ${why}`, failedChecks: 0 }],
    canaryAnalysis: { judge },
  })
  const message = `Rolling back checkout.shop judge: ${why}`
  expect(effects).toContainEqual(expect.objectContaining({ kind: 'event', message }))
  expect(effects.filter(({ kind }) => kind === 'alert')).toEqual([
    expect.objectContaining({ message: `The judge rolled back: ${why}`, severity: 'error' }),
  ])
})

test('without proof the weight rises, and what was seen is kept', () => {
  const { decision, effects, status } = step(20, unproven)
  expect(decision.rule).toBe('weightAdvances')
  expect(effects).toContainEqual({
    kind: 'route',
    routes: { primary: 60, canary: 40, mirrored: false },
  })
  expect(status.canaryAnalysis).toMatchObject({ judge, weight: 40 })
})

test('without proof nothing is promoted at the last weight, and no check has failed', () => {
  const { decision, effects, status } = step(50, unproven)
  expect(decision).toMatchObject({ rule: 'judgeMustBeSure', paced: true })
  expect(effects.filter(({ kind }) => kind === 'promote')).toEqual([])
  expect(status).not.toHaveProperty('failedChecks')
  expect(status.canaryAnalysis).toMatchObject({ judge, reason: 'no proof yet' })
})

test('with proof the last weight leads to the promotion', () => {
  const { effects } = step(50, passed)
  expect(effects).toContainEqual({ kind: 'promote' })
})

test('while the judge holds, the looks are kept and the traffic stays', () => {
  const { decision, status } = step(20, { ...passed, outcome: 'undecided', why: 'may be worse' })
  expect(decision.rule).toBe('metricChecks')
  expect(status.canaryAnalysis).toMatchObject({ judge, reason: 'may be worse', weight: 20 })
  expect(status).not.toHaveProperty('failedChecks')
})

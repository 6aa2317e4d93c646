import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Decision, Verdict } from '../../../src/analysis/decision.ts'
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
const running = (weight: number, of: { judge?: object; run?: object } = {}) =>
  observation({
    canary: {
      analysis: { judge: of.judge ?? {} },
      status: {
        phase: 'Progressing',
        canaryWeight: weight,
        failedChecks: 0,
        lastAppliedSpec: 'v2:green',
        canaryAnalysis: { runId: 1, weight, startedAt: at, ...of.run },
      },
    },
    routes: { primary: 100 - weight, canary: weight, mirrored: false },
    workload: { revision: 'v2:green', promoted: false, atRest: { target: false, primary: false } },
  })

function step(weight: number, metrics: Verdict, of: { judge?: object; run?: object } = {}) {
  return stepOf(decide(running(weight, of), { metrics }))
}

function stepOf(decision: Decision) {
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

test('at the limit the run waits for a person, who is told once', () => {
  const overdue = 'Judge is inconclusive for checkout.shop after 1h'
  const { decision, effects, status } = step(50, { ...unproven, overdue })
  expect(decision).toMatchObject({ rule: 'judgeMustBeSure', paced: true })
  expect(status).toMatchObject({
    phase: 'WaitingPromotion',
    canaryAnalysis: { gate: { type: 'confirm-promotion', name: 'judge', reason: 'no proof yet' } },
  })
  expect(effects.filter(({ kind }) => kind === 'alert')).toEqual([
    expect.objectContaining({ occasion: 'waiting', severity: 'warn', message: overdue }),
  ])
})

test('a canary that is proven leaves out the steps that remain, and no step before the first', () => {
  const sure: Verdict = { ...passed, isEnough: true }
  expect(step(20, sure).decision.rule).toBe('runIsPromoted')
  expect(step(20, passed).decision.rule).toBe('weightAdvances')
})

describe('a canary that has passed is looked at for the time of `soak`', () => {
  const soaks = { judge: { soak: '10m' } }
  const pass: Verdict = { ...passed, judge: { ...judge, verdict: 'Pass' } }

  test('from the first pass at the last step on', () => {
    const { decision, status } = step(50, pass, soaks)
    expect(decision).toMatchObject({ rule: 'canaryMustSoak', paced: true })
    const soakingSince = at.replace('.000Z', 'Z')
    expect(status.canaryAnalysis).toMatchObject({ soakingSince })
    expect(status.canaryAnalysis.reason).toMatch(/^the judge has passed it, and looks on until /)
  })

  test('and is promoted after that', () => {
    const since = (minutes: number) => new Date(noon.getTime() - minutes * 60_000).toISOString()
    const ruleAfter = (minutes: number) =>
      step(50, pass, { ...soaks, run: { soakingSince: since(minutes) } }).decision.rule
    expect(ruleAfter(9)).toBe('canaryMustSoak')
    expect(ruleAfter(10)).toBe('runIsPromoted')
  })
})

describe('between two checks', () => {
  const often = { judge: { interval: '15s' } }
  const ago = (seconds: number) => new Date(noon.getTime() - seconds * 1_000).toISOString()
  const due = (seconds: number) => new Date(noon.getTime() + seconds * 1_000)
  /** A run whose next check is due in half a minute. */
  const waiting = (lastLook: string) =>
    running(20, {
      ...often,
      run: { judge: { ...judge, lastLook }, nextTickAt: due(30).toISOString() },
    })

  test('a look is taken when it is due, and no metric is asked', () => {
    expect(decide(waiting(ago(15)), {})).toMatchObject({ kind: 'check', check: { kind: 'looks' } })
  })

  test('a canary that plainly fails goes back at once', () => {
    const { decision, status } = stepOf(decide(waiting(ago(15)), { looks: worse }))
    expect(decision.rule).toBe('judgeLooks')
    expect(status.phase).toBe('Failed')
  })

  test('else the looks are kept, nothing moves, and the next one is planned', () => {
    const taken = { ...judge, lastLook: at }
    const { decision, effects, status } = stepOf(
      decide(waiting(ago(15)), { looks: { ...passed, judge: taken } }),
    )
    expect(decision).toMatchObject({ rule: 'checkIsNotDue', paced: false, wakeAt: due(15) })
    expect(status.canaryAnalysis).toMatchObject({ judge: taken })
    expect(effects.filter(({ kind }) => kind === 'route')).toEqual([
      expect.objectContaining({ routes: expect.objectContaining({ canary: 20 }) }),
    ])
  })

  test('a look that brought nothing is not taken again before its time', () => {
    const { decision } = stepOf(decide(waiting(ago(40)), { looks: { ...passed, judge } }))
    expect(decision).toMatchObject({ rule: 'checkIsNotDue', wakeAt: due(15) })
  })

  test('after a step, too, the next look comes before the next check', () => {
    const { decision } = step(20, passed, often)
    expect(decision).toMatchObject({ rule: 'weightAdvances', wakeAt: due(15) })
  })

  test('a judge that looks with the checks alone asks nothing more', () => {
    const seen = running(20, {
      run: { judge: { ...judge, lastLook: ago(59) }, nextTickAt: due(30).toISOString() },
    })
    expect(decide(seen, {})).toMatchObject({ rule: 'checkIsNotDue', wakeAt: due(30) })
  })
})

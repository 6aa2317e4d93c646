import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Effect, Verdict } from '../../../src/analysis/decision.ts'
import type { Analysis, RunStatus } from '../../../src/canary/api.gen.ts'
import { effectsOf, noon, observation } from '../../support/observation.ts'

const why = 'err: 3 of 200 requests are too few to tell'
const undecided: Verdict = { outcome: 'undecided', by: 'err', why, events: [], results: [] }

const atStep = (run: RunStatus = {}, analysis: Partial<Analysis> = {}) =>
  observation({
    canary: {
      analysis,
      status: {
        phase: 'Progressing',
        canaryWeight: 20,
        failedChecks: 1,
        lastAppliedSpec: 'v2:green',
        canaryAnalysis: { runId: 1, weight: 20, startedAt: noon.toISOString(), ...run },
      },
    },
    routes: { primary: 80, canary: 20, mirrored: false },
    workload: { revision: 'v2:green', promoted: false, atRest: { target: false, primary: false } },
  })

const decided = (run?: RunStatus) => decide(atStep(run), { metrics: undecided })

test('an undecided measurement neither counts as a failure nor moves the traffic', () => {
  const decision = decided()
  expect(decision.rule).toBe('metricChecks')
  const changes = effectsOf(decision).flatMap((effect) =>
    effect.kind === 'status' ? [effect.change] : [],
  )
  expect(changes.map(Object.keys)).toEqual([['canaryAnalysis']])
  expect(routes(effectsOf(decision))).toEqual([{ primary: 80, canary: 20, mirrored: false }])
})

test('an undecided measurement is told like a wait, with its reason in the status', () => {
  const effects = effectsOf(decided())
  expect(effects).toContainEqual(
    expect.objectContaining({
      kind: 'report',
      message: `Hold checkout.shop advancement, undecided: ${why}`,
    }),
  )
  expect(effects).toContainEqual({
    kind: 'status',
    change: { canaryAnalysis: expect.objectContaining({ reason: why, weight: 20 }) },
  })
})

test('what an undecided measurement has to tell is told before the wait', () => {
  const events = [{ type: 'Warning' as const, message: 'err is not judged in this run' }]
  const effects = effectsOf(decide(atStep(), { metrics: { ...undecided, events } }))
  const told = effects.flatMap((effect) =>
    effect.kind === 'event' || effect.kind === 'report' ? [effect.message] : [],
  )
  expect(told).toEqual([
    'err is not judged in this run',
    `Hold checkout.shop advancement, undecided: ${why}`,
  ])
})

test('an undecided measurement is asked again after the interval, and costs no write meanwhile', () => {
  const decision = decided({ reason: why })
  expect(decision).toMatchObject({ paced: true, wakeAt: new Date(noon.getTime() + 60_000) })
  expect(effectsOf(decision).filter(({ kind }) => kind === 'status')).toEqual([])
})

function routes(effects: readonly Effect[]) {
  return effects.flatMap((effect) => (effect.kind === 'route' ? [effect.routes] : []))
}

test('what hooks say at every look of a wait is not repeated, and what is news is', () => {
  const rollout: Verdict = {
    ...{ outcome: 'passed', results: [] },
    events: [
      { type: 'Normal', message: 'hook load passed' },
      { type: 'Warning', message: 'hook load is slow' },
    ],
  }
  const webhooks = [{ name: 'load', type: 'rollout' as const, url: 'http://load' }]
  const said = (run?: RunStatus) => {
    const verdicts = { 'hooks:rollout': rollout, metrics: undecided }
    const effects = effectsOf(decide(atStep(run, { webhooks }), verdicts))
    return effects.flatMap((effect) => (effect.kind === 'event' ? [effect.message] : []))
  }
  expect(said()).toEqual(['hook load passed', 'hook load is slow'])
  expect(said({ reason: why })).toEqual(['hook load is slow'])
})

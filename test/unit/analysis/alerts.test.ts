import { expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import { effectsOf, type ObservationOverrides, observation } from '../../support/observation.ts'

/** Occasion and severity of what a step alerts to. */
function alerts(of: ObservationOverrides): string[] {
  return effectsOf(decide(observation(of), {})).flatMap((effect) =>
    effect.kind === 'alert' ? [`${effect.occasion} ${effect.severity}`] : [],
  )
}

const tried = { lastAppliedSpec: 'v2:green', lastPromotedSpec: 'v2:blue' }
const green = { revision: 'v2:green', promoted: false, targetReplicas: 2 }
const closed = { type: 'confirm-rollout', name: 'gate', since: '2030-01-01T11:00:00Z' } as const
const reset = { 'flagger.app/reset': 'true' }
const abort = { 'flagger.app/abort': 'true' }

test.each<[string, string, ObservationOverrides]>([
  ['a new revision', 'started info', { workload: { revision: 'v2:green' } }],
  [
    'too many failed checks',
    'failed error',
    { canary: { status: { ...tried, phase: 'Progressing', failedChecks: 2 } }, workload: green },
  ],
  [
    'an abort',
    'failed error',
    { canary: { status: { ...tried, phase: 'Progressing' }, annotations: abort }, workload: green },
  ],
  ['a promotion', 'succeeded info', { canary: { status: { ...tried, phase: 'Finalising' } } }],
  [
    'a target that goes back in the middle of a run',
    'ended info',
    { canary: { status: { ...tried, phase: 'Progressing' } } },
  ],
  [
    'a target that goes back after a failure',
    'ended info',
    { canary: { status: { ...tried, phase: 'Failed' } } },
  ],
  [
    'a target that goes back while a gate is closed',
    'ended info',
    { canary: { status: { ...tried, phase: 'Waiting', canaryAnalysis: { gate: closed } } } },
  ],
  [
    'a reset after a failure',
    'ended info',
    { canary: { status: { ...tried, phase: 'Failed' }, annotations: reset }, workload: green },
  ],
])('%s is %s', (_what, want, of) => {
  expect(alerts(of)).toEqual([want])
})

test('a reset of a canary at rest ends nothing', () => {
  expect(alerts({ canary: { annotations: reset } })).toEqual([])
})

import { expect, test } from 'vitest'
import { createAnswers } from '../../../../controller/asking/answers.ts'
import type { Check, Verdict } from '../../../../src/analysis/decision.ts'
import { observation } from '../../../support/observation.ts'

const hook: Check = { kind: 'hooks', type: 'pre-rollout', phase: 'Progressing' }
const metrics: Check = { kind: 'metrics' }
const passed: Verdict = { outcome: 'passed', events: [], results: [] }
const status = { phase: 'Progressing', canaryWeight: 20 } as const
const run = { canary: { analysis: { interval: '1m' }, status } }
const minuteMs = 60_000

function given() {
  const answers = createAnswers()
  answers.of(observation(run), 0)
  answers.keep(hook, passed, 0)
  answers.keep(metrics, passed, 0)
  return answers
}

test('a step that could not be written knows what it was answered', () => {
  expect(given().of(observation(run), 1)).toEqual({ 'hooks:pre-rollout': passed, metrics: passed })
})

test('a step that was written asks anew', () => {
  const answers = given()
  answers.forget()
  expect(answers.of(observation(run), 1)).toEqual({})
})

test.each([
  ['the spec is edited', { canary: { ...run.canary, metadata: { generation: 4 } } }],
  ['the status moves on', { canary: { ...run.canary, status: { ...status, canaryWeight: 40 } } }],
  ['the target changes', { ...run, workload: { revision: 'another' } }],
  [
    'somebody asks for something',
    { canary: { ...run.canary, annotations: { 'flagger.app/retry': 'true' } } },
  ],
])('where %s it is another step, and going back makes it no older one', (_, other) => {
  const answers = given()
  expect(answers.of(observation(other), 1)).toEqual({})
  expect(answers.of(observation(run), 2)).toEqual({})
})

test('who edits metadata makes no other step', () => {
  const labels = { edited: 'again' }
  const seen = observation({
    canary: { ...run.canary, metadata: { labels, resourceVersion: '99' } },
  })
  expect(given().of(seen, 1)).toHaveProperty('metrics')
})

test('metrics count for an interval, hooks for five minutes, and then the world is asked again', () => {
  const answers = given()
  expect(Object.keys(answers.of(observation(run), minuteMs))).toEqual(['hooks:pre-rollout'])
  expect(answers.of(observation(run), 5 * minuteMs)).toEqual({})
})

import { expect, test } from 'vitest'
import { createStyle } from '../../../commands/output/style.ts'
import { explanationLines } from '../../../commands/output/views/diagnosis-view.ts'
import type { CanaryStatus } from '../../../src/canary/api.gen.ts'
import { explain } from '../../../src/diagnosis/hold.ts'
import { workloadObjects } from '../../support/workload-objects.ts'
import { before, now } from '../commands/builders.ts'
import { facts, type GivenFacts, well } from './facts.ts'

const run = well.canaryAnalysis
const withRun = (of: object, more: CanaryStatus = {}): CanaryStatus => ({
  ...well,
  ...more,
  canaryAnalysis: { ...run, ...of },
})
const short = (name: string, readyReplicas = 1) => {
  const made = workloadObjects({ name, image: 'x:1', replicas: 2, hash: 'h' }).deployment
  return { ...made, status: { ...made.status, readyReplicas } }
}
const gate = (type: 'confirm-rollout' | 'confirm-promotion' | 'confirm-traffic-increase') => ({
  gate: { type, name: 'go', since: before(60) },
})
const failing = (name: string, kind: 'metric' | 'webhook') =>
  withRun({ checks: [{ name, kind, ok: false, failed: 1 }] })
const primaryDown = { seen: { primary: short('podinfo-primary', 0), primaryPods: [] } }
const primaryShort = { seen: { primary: short('podinfo-primary'), primaryPods: [] } }

const cases: [rule: string, given: GivenFacts][] = [
  ['deletedWithoutRevert', { canary: { metadata: { deletionTimestamp: before(5) } } }],
  [
    'targetServesAgain',
    { canary: { metadata: { deletionTimestamp: before(5) }, spec: { revertOnDeletion: true } } },
  ],
  ['specMustBeSound', { facts: { problems: ['wrong'] } }],
  ['targetIsAwaited', { seen: { target: undefined } }],
  ['suspended', { canary: { spec: { suspend: true } } }],
  ['primaryIsMade', { status: { phase: 'Initializing' }, seen: { primary: undefined } }],
  ['primaryMustBeReady', { status: { phase: 'Initializing' }, ...primaryShort }],
  ['initialized', { status: { phase: 'Initializing' } }],
  ['pausedByPerson', { status: withRun({ paused: { since: before(60), by: 'bob' } }) }],
  ['confirmRollout', { status: withRun(gate('confirm-rollout'), { phase: 'Waiting' }) }],
  ['nothingToDo', { status: { phase: 'Succeeded' } }],
  ['nothingToDo', { status: { phase: 'Failed' } }],
  ['nothingToDo', { status: { phase: 'Initialized', holdRun: true } }],
  ['primaryMustServe', primaryShort],
  ['checkIsNotDue', primaryDown],
  ['primaryMustServe', { ...primaryDown, status: { ...well, failedChecks: 9 } }],
  ['awaitPods', { seen: { target: short('podinfo'), targetPods: [] } }],
  ['routeMustBeInForce', { status: withRun({ routePendingSince: before(9) }) }],
  [
    'checkIsNotDue',
    { status: withRun({ canaryReadyAt: before(1) }), canary: { analysis: { delay: '1m' } } },
  ],
  ['confirmTrafficIncrease', { status: withRun(gate('confirm-traffic-increase')) }],
  [
    'confirmPromotion',
    { status: withRun(gate('confirm-promotion'), { phase: 'WaitingPromotion' }) },
  ],
  ['rolloutHooks', { status: failing('load-test', 'webhook') }],
  ['metricChecks', { status: failing('request-duration', 'metric') }],
  ['checkIsNotDue', {}],
  ['primaryMustBeReady', { status: { ...well, phase: 'Promoting' }, ...primaryShort }],
  ['stepIsNotDue', { status: { ...well, phase: 'Promoting' } }],
  ['trafficMustHaveLeft', { status: { ...well, phase: 'Finalising' } }],
]

test.each(cases)('%s is the rule', (rule, given) => {
  const told = explain(facts(given))
  expect(told).toMatchObject({
    rule,
    because: expect.stringMatching(/./),
    chapter: expect.stringMatching(/./),
  })
  expect(told.moves.length).toBeGreaterThan(0)
})

const sentence = 'statefulset podinfo.test must have RollingUpdate strategy but have OnDelete'
const none = workloadObjects({ name: 'podinfo-primary', image: 'x:1', replicas: 0, hash: 'h' })

test.each<[string, string, GivenFacts]>([
  ['a target that can not be released', 'targetIsAwaited', { facts: { targetProblem: sentence } }],
  [
    'an autoscaler that can not be copied',
    'initialized',
    { status: { phase: 'Initializing' }, facts: { scalerFaults: [sentence] } },
  ],
  [
    'a primary that no node takes',
    'primaryMustBeReady',
    {
      status: { phase: 'Initializing' },
      seen: { primary: none.deployment, primaryPods: [] },
      facts: { notReady: { primary: sentence } },
    },
  ],
])('%s is told in the words of the controller', (_what, rule, given) => {
  expect(explain(facts(given))).toMatchObject({ rule, seen: sentence })
})

test('a target that is missing is named', () => {
  const { seen } = explain(facts({ status: { phase: 'Succeeded' }, seen: { target: undefined } }))
  expect(seen).toMatch(/deployment\/podinfo is missing|"podinfo" not found/)
})

test('a status whose times are none has no age', () => {
  const status: CanaryStatus = { phase: 'Succeeded', lastTransitionTime: 'yesterday' }
  const style = createStyle({ color: false, ascii: false })
  const lines = explanationLines(explain(facts({ status })), { style, width: undefined, now })
  expect(lines).toContain('  Since   unknown')
})

test('the explanation is a few lines', () => {
  const style = createStyle({ color: false, ascii: false })
  const told = explain(
    facts({ status: withRun(gate('confirm-promotion'), { phase: 'WaitingPromotion' }) }),
  )
  expect(explanationLines(told, { style, width: undefined, now })).toEqual([
    'test/podinfo   WaitingPromotion',
    '  Rule    confirmPromotion (then, by strategy: canary)',
    '  Why     a hook may hold the promotion',
    `  Since   60s ago (${before(60)})`,
    '  Seen    the gate "go" (confirm-promotion)',
    '  Moves   its hook says yes',
    '          kubectl canary promote podinfo',
  ])
})

import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type { Verdicts } from '../../../src/analysis/decision.ts'
import { chapters } from '../../../src/analysis/rules/chapters.ts'
import type { CanaryStatus, Phase } from '../../../src/canary/api.gen.ts'
import { fails, type ObservationOverrides, observation, passes } from '../../support/observation.ts'

test.each(chapters)(
  'every rule of "$title" has a name of its own, and says why it is there',
  ({ rules }) => {
    const names = rules.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
    for (const { name, because } of rules) {
      expect(name).toMatch(/^[a-z][A-Za-z]+$/)
      expect(because).toMatch(/\w+ \w+/)
    }
  },
)

const why = 'not yet'

/** A canary in a run with this much of the traffic, and what differs from a healthy one. */
function running(of: ObservationOverrides = {}, status: CanaryStatus = {}) {
  return observation({
    routes: { primary: 80, canary: 20, mirrored: false },
    ...of,
    canary: {
      ...of.canary,
      status: {
        phase: 'Progressing',
        canaryWeight: 20,
        lastAppliedSpec: 'v2:green',
        canaryAnalysis: { runId: 1, weight: 20, strategy: 'canary' },
        ...status,
      },
    },
    workload: {
      revision: 'v2:green',
      promoted: false,
      atRest: { target: false, primary: false },
      ...of.workload,
    },
  })
}

const asked = (value: string) => ({ canary: { annotations: { 'flagger.app/promote': value } } })
const hook = (type: 'confirm-traffic-increase' | 'rollback' | 'rollout') => ({
  canary: { analysis: { webhooks: [{ name: type, type, url: 'http://gate' }] } },
})

describe('in a run', () => {
  const rows: [string, ReturnType<typeof running>, Verdicts, string][] = [
    [
      'the copy that nobody noted',
      running({ workload: { promoted: true } }),
      {},
      'copyMadeButUnnoted',
    ],
    [
      'the primary',
      running({ workload: { primary: { state: 'waiting', why } } }),
      {},
      'primaryMustServe',
    ],
    [
      'routes that nobody can read',
      running({ routes: { unreadable: why } }),
      {},
      'routesMustBeReadable',
    ],
    [
      'a target that went back',
      running({ workload: { revision: 'v2:blue' } }),
      {},
      'targetWentBack',
    ],
    ['another revision', running({ workload: { revision: 'v2:red' } }), {}, 'targetMovedOn'],
    [
      'pods beyond their deadline',
      running({ workload: { target: { state: 'failed', why } } }),
      {},
      'podsAreTooLate',
    ],
    ['a rollback hook', running(hook('rollback')), { 'hooks:rollback': passes }, 'rollbackHook'],
    ['too many failed checks', running({}, { failedChecks: 2 }), {}, 'thresholdReached'],
    [
      'pods on their way',
      running({ workload: { target: { state: 'waiting', why } } }),
      {},
      'awaitPods',
    ],
    [
      'a route not in force',
      running({ acceptance: { state: 'pending', why } }),
      {},
      'routeMustBeInForce',
    ],
    ['a hook of the rollout', running(hook('rollout')), { 'hooks:rollout': fails }, 'rolloutHooks'],
    ['the metrics', running(), { metrics: fails }, 'metricChecks'],
    [
      'a shut gate',
      running(hook('confirm-traffic-increase')),
      { metrics: passes, 'hooks:confirm-traffic-increase': fails },
      'confirmTrafficIncrease',
    ],
    ['passed checks', running(), { metrics: passes }, 'weightAdvances'],
    ['a person who promotes in full', running(asked('true')), {}, 'promotedByOrder'],
  ]

  test.each(rows)('%s decides by its rule', (_of, seen, verdicts, rule) => {
    expect(decide(seen, verdicts).rule).toBe(rule)
  })

  test('what would stop a run goes before what leads on, and a person before the checks', () => {
    const seen = running({ ...asked('true'), acceptance: { state: 'pending', why } })
    expect(decide(seen, {}).rule).toBe('promotedByOrder')
    const gone = running({ ...asked('true'), workload: { primary: { state: 'waiting', why } } })
    expect(decide(gone, {}).rule).toBe('primaryMustServe')
  })
})

test.each<[Phase, string]>([
  ['', 'providersAreAsked'],
  ['Initialized', 'nothingToDo'],
  ['Promoting', 'allTrafficAtOnce'],
  ['Finalising', 'promotionCompleted'],
  ['Succeeded', 'nothingToDo'],
])('a healthy canary in phase "%s" is decided by %s', (phase, rule) => {
  expect(decide(observation({ canary: { status: { phase } } }), {}).rule).toBe(rule)
})

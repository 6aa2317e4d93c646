import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/analysis/decide.ts'
import type {
  CanaryStatus,
  CheckResult,
  JudgeStatus,
  RunRecord,
} from '../../../src/canary/api.gen.ts'
import { effectsOf, type ObservationOverrides, observation } from '../../support/observation.ts'

const unanswered: CheckResult = {
  name: 'err',
  kind: 'metric',
  ok: false,
  failed: 2,
  max: 50,
  error: 'request failed: 503 Service Unavailable',
  query: 'sum(rate(errors[1m]))',
}
const recovered: CheckResult = { name: 'load', kind: 'webhook', ok: true, failed: 1 }
const well: CheckResult = { name: 'latency', kind: 'metric', ok: true, failed: 0, value: 3 }

const running: CanaryStatus = {
  phase: 'Progressing',
  lastAppliedSpec: 'v2:green',
  canaryAnalysis: {
    runId: 7,
    startedAt: '2030-01-01T11:50:00Z',
    weight: 20,
    checks: [recovered, well, unanswered],
  },
}

/** The record that this step writes about the run that it ends. */
function recordOf(overrides: ObservationOverrides): RunRecord | undefined {
  const seen = observation({
    ...overrides,
    workload: { revision: 'v2:green', promoted: false, targetReplicas: 2, ...overrides.workload },
    canary: { status: running, ...overrides.canary },
  })
  for (const effect of effectsOf(decide(seen, {})))
    if (effect.kind === 'status' && effect.change.history) return effect.change.history[0]
  return undefined
}

test('a run that failed is recorded with the checks that failed, the deciding one first', () => {
  const { query: _, ...recorded } = unanswered
  expect(recordOf({ canary: { status: { ...running, failedChecks: 2 } } })).toMatchObject({
    result: 'Failed',
    reason: 'failed checks threshold reached 2',
    failedChecks: 2,
    checks: [recorded, recovered],
  })
})

const why = 'canary deployment checkout.shop not ready: it exceeded its progress deadline'
const late = { target: { state: 'failed', why } } as const
const pods = [{ name: 'checkout-1', reason: 'ImagePullBackOff', message: 'no such image' }]

test('pods that never started leave their reason and the deadline', () => {
  expect(recordOf({ workload: late, podTroubles: pods })).toMatchObject({
    result: 'Failed',
    reason: why,
    deadlineSeconds: 600,
    pods,
  })
})

test('where the pods may not be read the deadline is recorded alone', () => {
  const record = recordOf({ workload: late })
  expect(record).toMatchObject({ deadlineSeconds: 600 })
  expect(record).not.toHaveProperty('pods')
})

test('a run that ends for another reason has no deadline', () => {
  const record = recordOf({ canary: { status: { ...running, failedChecks: 2 } } })
  expect(record).not.toHaveProperty('deadlineSeconds')
})

test('what people asked for in a run is recorded with their reason', () => {
  const id = '1'
  const annotations = { 'flagger.app/abort': JSON.stringify({ id, by: 'jane', reason: '5xx' }) }
  expect(recordOf({ canary: { status: running, annotations } })).toMatchObject({
    result: 'Aborted',
    by: 'jane',
    requests: [{ verb: 'abort', by: 'jane', reason: '5xx', result: 'done' }],
  })
})

test('who held a run is on record also once it went on', () => {
  const at = '2030-01-01T11:55:00Z'
  const paused = { since: at, by: 'jane' }
  const held: CanaryStatus = {
    ...running,
    failedChecks: 2,
    requests: { pause: { id: '1', result: 'accepted', by: 'jane', at } },
    canaryAnalysis: { ...running.canaryAnalysis, paused },
  }
  expect(recordOf({ canary: { status: held } })).toMatchObject({
    requests: [{ verb: 'pause', by: 'jane', result: 'done', at }],
  })
})

describe('the looks of the judge', () => {
  const at = '2030-01-01T11:50:00Z'
  const rates = { ignoreBelow: 0.1, falseRollback: 1, missed: 5 }
  const plan = { ratio: 2, ...rates, scheduledLooks: 10, plannedLooks: 60 }
  const judge: JudgeStatus = {
    ...{ version: 1, startedAt: at, lastLook: at, verdict: 'Inconclusive', plan },
    metrics: [{ name: 'err', looks: '60:3/300,28/5700' }],
  }

  /** The history once a run with these looks has failed. */
  function historyAfter(looks: JudgeStatus, before: readonly RunRecord[]): RunRecord[] {
    const status = {
      ...running,
      failedChecks: 2,
      canaryAnalysis: { ...running.canaryAnalysis, judge: looks },
      history: [...before],
    }
    const seen = observation({
      workload: { revision: 'v2:green', promoted: false, targetReplicas: 2 },
      canary: { status },
    })
    const changes = effectsOf(decide(seen, {})).flatMap((effect) =>
      effect.kind === 'status' ? [effect.change.history ?? []] : [],
    )
    return changes.flat()
  }

  test('are kept by the last three runs, to be judged once more', () => {
    const before = [6, 5, 4].map((id): RunRecord => ({ id, result: 'Failed', judge }))
    const kept = historyAfter(judge, before).map((record) => [record.id, record.judge])
    expect(kept).toEqual([
      [7, judge],
      [6, judge],
      [5, judge],
      [4, undefined],
    ])
  })

  test('are not kept where they would fill the object', () => {
    const long = { ...judge, metrics: [{ name: 'err', looks: '60:3/300,28/5700 '.repeat(2_000) }] }
    expect(historyAfter(long, [])[0]).not.toHaveProperty('judge')
  })
})

test('a run that ends while nobody can read the routes had the weight that it noted', () => {
  const seen = observation({
    routes: { unreadable: 'VirtualService checkout.shop has two routes' },
    canary: {
      status: {
        ...{ phase: 'Progressing', lastAppliedSpec: 'v2:green' },
        canaryAnalysis: { runId: 1, startedAt: '2030-01-01T11:00:00Z', weight: 20 },
      },
      annotations: { 'flagger.app/abort': 'true' },
    },
    workload: { revision: 'v2:green', promoted: false, targetReplicas: 2 },
  })
  expect(effectsOf(decide(seen, {}))).toContainEqual({
    kind: 'status',
    change: expect.objectContaining({ history: [expect.objectContaining({ weight: 20 })] }),
  })
})

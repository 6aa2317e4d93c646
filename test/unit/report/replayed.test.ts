import { describe, expect, test } from 'vitest'
import type { JudgeStatus } from '../../../src/canary/api.gen.ts'
import { replayed } from '../../../src/report/runs/replayed.ts'

/** As the controller has written it: the doubled failures of the golden figures. */
const judge: JudgeStatus = {
  version: 1,
  startedAt: '2026-11-20T14:00:52Z',
  lastLook: '2026-11-20T14:05:52Z',
  verdict: 'Fail',
  plan: {
    ...{ ratio: 2, ignoreBelow: 0.1, falseRollback: 1, missed: 5 },
    ...{ scheduledLooks: 10, plannedLooks: 60, require: 'Ratio', compareTo: 'Primary' },
  },
  metrics: [
    {
      ...{ name: 'request-success-rate', objective: 1, cluster: 1, from: 'Setting' },
      ...{ harm: 140, safety: 0.0064 },
      looks:
        '60:3/300,28/5700 60:6/600,27/5400 60:9/900,26/5100 60:12/1200,24/4800 60:15/1500,22/4500',
    },
  ],
}

test('a run of the status gives its own verdict and figures once more', () => {
  expect(replayed(judge)).toEqual({
    ...{ verdict: 'Fail', look: 5, recorded: 'Fail', differences: [] },
    metrics: [{ name: 'request-success-rate', bound: null, looks: 5, harm: 140, safety: 0.0064 }],
  })
})

test('hindsight has no differences to tell', () => {
  const { verdict, differences } = replayed(judge, { falseRollback: 0.0001 })
  expect([verdict, differences]).toEqual(['Inconclusive', []])
})

describe('what is not as recorded is told', () => {
  test('a verdict', () => {
    expect(replayed({ ...judge, verdict: 'Pass' }).differences).toEqual([
      'the verdict is Fail, the status has Pass',
    ])
  })

  test('a figure', () => {
    const [metric] = judge.metrics ?? []
    if (!metric) throw new Error('no metric')
    expect(replayed({ ...judge, metrics: [{ ...metric, harm: 500 }] }).differences).toEqual([
      'request-success-rate: harm is 140, the status has 500',
    ])
  })
})

test('what the Canary decided at the limit is no verdict of the evidence', () => {
  expect(replayed({ ...judge, verdict: 'Pass', reason: 'Limit' }).differences).toEqual([])
})

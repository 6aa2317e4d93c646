/** What a value means, what no value does, and what is said of either. */
import { describe, expect, test } from 'vitest'
import { ask } from '../../../src/metrics/asking.ts'
import { judge, judgeValue } from '../../../src/metrics/judge.ts'
import { answering } from '../../support/conversations.ts'
import { only } from './asked.ts'
import { template, vector } from './builders.ts'

describe('a value', () => {
  const rate = { name: 'request-success-rate', thresholdRange: { min: 99, max: 99.5 } }
  const duration = { name: 'request-duration', thresholdRange: { min: 5, max: 500.9 } }
  const custom = { name: 'errors', query: 'x', thresholdRange: { min: 0.0001, max: 1234567 } }
  test.each<[object, number, string | undefined]>([
    [rate, 99.2, undefined],
    [rate, 98.994, 'Halt podinfo.test advancement success rate 98.99% < 99%'],
    [rate, 100, 'Halt podinfo.test advancement success rate 100.00% > 99.5%'],
    [duration, 500.99, undefined],
    [duration, 1515.2, 'Halt podinfo.test advancement request duration 1.515s > 500ms'],
    [duration, 0.9, 'Halt podinfo.test advancement request duration 0s < 5ms'],
    [custom, 5, undefined],
    [custom, 0, 'Halt podinfo.test advancement errors 0.00 < 0.0001'],
    [custom, 2e6, 'Halt podinfo.test advancement errors 2000000.00 > 1.234567e+06'],
    [
      { name: 'request-success-rate', threshold: 99 },
      98,
      'Halt podinfo.test advancement success rate 98.00% < 99%',
    ],
    [
      { name: 'request-duration', threshold: 500 },
      60_000,
      'Halt podinfo.test advancement request duration 1m0s > 500ms',
    ],
    [{ name: 'x', query: 'x', threshold: 1 }, 3, 'Halt podinfo.test advancement x 3.00 > 1'],
    [{ name: 'x', query: 'x', thresholdRange: {} }, 3, undefined],
    [
      rate,
      Number.POSITIVE_INFINITY,
      'Prometheus query failed: running query failed: the value is +Inf, not a finite number',
    ],
  ])('of %j: %d', (metric, value, event) => {
    const judged = judgeValue(only(metric), { value })
    expect(judged.event).toBe(event)
    expect(judged.ok).toBe(event === undefined)
  })

  test('in seconds is compared and recorded in the right unit', () => {
    const check = only(duration, [], { provider: 'kubernetes' })
    expect(judgeValue(check, { value: 0.1 })).toEqual({
      ok: true,
      recorded: 0.1,
      result: {
        name: 'request-duration',
        kind: 'metric',
        ok: true,
        value: 100,
        unit: 'ms',
        min: 5,
        max: 500.9,
        window: '1m',
      },
    })
  })
})

describe('no value', () => {
  test.each<[object, object, string]>([
    [
      { name: 'request-success-rate' },
      { provider: 'kubernetes' },
      'Halt advancement no values found for kubernetes metric request-success-rate probably podinfo.test is not receiving traffic: no values found',
    ],
    [
      { name: 'request-success-rate' },
      {},
      'Halt advancement no values found for istio metric request-success-rate probably podinfo.test is not receiving traffic: running query failed: no values found',
    ],
    [
      { name: 'request-duration' },
      {},
      'Halt advancement no values found for istio metric request-duration probably podinfo.test is not receiving traffic',
    ],
    [{ name: 'x', query: 'x' }, {}, 'Halt advancement no values found for metric: x'],
    [
      { name: 'x', templateRef: { name: 't' } },
      {},
      'Halt advancement no values found for custom metric: x: no values found',
    ],
  ])('for %j %j', async (metric, spec, want) => {
    const check = only(metric, [template('t', 'q')], spec)
    expect(judge(check, await ask(check, answering(vector()))).event).toBe(want)
  })
})

test.each<[object, object, string]>([
  [
    { name: 'request-success-rate' },
    { provider: 'kubernetes' },
    'Prometheus query failed: error response: Status 500 Internal Server Error',
  ],
  [
    { name: 'request-duration' },
    {},
    'Prometheus query failed: running query failed: error response: Status 500 Internal Server Error',
  ],
  [
    { name: 'x', query: 'x' },
    {},
    'Prometheus query failed for x: error response: Status 500 Internal Server Error',
  ],
  [
    { name: 'x', templateRef: { name: 't' } },
    {},
    'Metric query failed for x: error response: Status 500 Internal Server Error',
  ],
])('a failing server is told for %j', async (metric, spec, want) => {
  const check = only(metric, [template('t', 'q')], spec)
  const outcome = await ask(check, answering({ status: 500, headers: {}, body: 'boom' }))
  expect(judge(check, outcome).event).toBe(want)
})

test('a server that does not answer is told', async () => {
  const check = only({ name: 'x', query: 'x' })
  const outcome = await ask(check, answering({ error: 'connect ECONNREFUSED' }))
  expect(judge(check, outcome).event).toBe(
    'Prometheus query failed for x: request failed: connect ECONNREFUSED',
  )
})

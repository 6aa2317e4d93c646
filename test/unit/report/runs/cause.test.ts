import { expect, test } from 'vitest'
import type { RunRecord } from '../../../../src/canary/api.gen.ts'
import { causeOf, checkText } from '../../../../src/report/runs/cause.ts'

const threshold: RunRecord = {
  id: 1,
  result: 'Failed',
  reason: 'failed checks threshold reached 5',
}
const rate = {
  name: 'request-success-rate',
  kind: 'metric',
  ok: false,
  failed: 5,
  min: 99,
} as const

test('a failed run names the check with value and limit', () => {
  expect(causeOf({ ...threshold, checks: [{ ...rate, value: 68.754321, unit: '%' }] })).toBe(
    'failed checks threshold reached 5: request-success-rate 68.75 < 99 (failed 5 times)',
  )
})

test('a metric server that did not answer gets the blame', () => {
  const error = 'request failed: 503 Service Unavailable'
  expect(causeOf({ ...threshold, checks: [{ ...rate, error }] })).toBe(
    `failed checks threshold reached 5: request-success-rate could not be measured: ${error} (failed 5 times)`,
  )
})

test('a check that passed in the end did not end the run', () => {
  expect(causeOf({ ...threshold, checks: [{ ...rate, ok: true, value: 100 }] })).toBe(
    threshold.reason,
  )
})

test('a passed deadline is told with the reason of the pods', () => {
  const reason = 'canary deployment podinfo.test not ready: it exceeded its progress deadline'
  const pods = [{ name: 'podinfo-1', reason: 'ImagePullBackOff', message: 'no such image' }]
  expect(causeOf({ id: 2, result: 'Failed', reason, deadlineSeconds: 600, pods })).toBe(
    `${reason}: 10m passed; ImagePullBackOff of pod podinfo-1: no such image`,
  )
})

test('pods that were never made are told of by their workload', () => {
  const pods = [{ name: 'podinfo', reason: 'FailedCreate', message: 'exceeded quota: small' }]
  expect(causeOf({ ...threshold, reason: 'too late', deadlineSeconds: 60, pods })).toBe(
    'too late: 1m passed; FailedCreate of pods of podinfo: exceeded quota: small',
  )
})

test('of a run that somebody ended the words of that person are the cause', () => {
  const aborted = { ...threshold, result: 'Aborted', reason: 'aborted by jane: 5xx' } as const
  expect(causeOf({ ...aborted, checks: [{ ...rate, value: 68 }] })).toBe('aborted by jane: 5xx')
})

test('a hook that failed says what it answered', () => {
  const hook = { name: 'load-test', kind: 'webhook', error: 'status 500' } as const
  expect(checkText(hook)).toBe('hook load-test failed: status 500')
})

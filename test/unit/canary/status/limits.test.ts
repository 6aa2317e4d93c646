import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CanaryStatus } from '../../../../src/canary/api.gen.ts'
import { fitStatus } from '../../../../src/canary/status/limits.ts'
import { refusals } from '../../../manifests/custom-resources.ts'
import { stored } from '../resource.ts'

test('keeps a status that is within the limits', () => {
  const status: CanaryStatus = {
    phase: 'WaitingPromotion',
    failedChecks: 2,
    canaryWeight: 0,
    iterations: -1,
    trackedConfigs: {},
    lastAppliedSpec: '5f7d8c9b6',
    canaryAnalysis: { runId: 3, weight: 50, checks: [] },
    conditions: [{ type: 'Promoted', status: 'Unknown', reason: 'WaitingPromotion' }],
  }
  expect(fitStatus(status)).toEqual(status)
})

test('keeps the newest ten runs', () => {
  const history = Array.from({ length: 12 }, (_, index) => ({
    id: 12 - index,
    result: 'Failed' as const,
  }))
  expect(fitStatus({ history }).history?.map(({ id }) => id)).toEqual([
    12, 11, 10, 9, 8, 7, 6, 5, 4, 3,
  ])
})

test('cuts texts by code points and shows that it did', () => {
  const { reason = '' } =
    fitStatus({ canaryAnalysis: { reason: '𝄞'.repeat(2000) } }).canaryAnalysis ?? {}
  expect([...reason]).toHaveLength(1024)
  expect(reason.endsWith('𝄞…')).toBe(true)
})

test('brings percentages into range and leaves out what JSON cannot hold', () => {
  const check = { name: 'latency', kind: 'metric' as const, ok: false, failed: 1 }
  const { canaryAnalysis } = fitStatus({
    canaryAnalysis: { weight: 120, mirrorWeight: -1, checks: [{ ...check, value: Number.NaN }] },
  })
  expect(canaryAnalysis).toEqual({ weight: 100, mirrorWeight: 0, checks: [check] })
})

// To draw every letter of thousands would take most of the time of all unit tests.
const texts = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 5 }), fc.nat(700))
  .map(([letters, times]) => letters.repeat(times))
const statuses: fc.Arbitrary<CanaryStatus> = fc.record({
  controller: texts,
  failedChecks: fc.integer(),
  canaryAnalysis: fc.record({
    weight: fc.integer(),
    reason: texts,
    checks: fc.array(
      fc.record({
        name: texts,
        kind: fc.constantFrom('metric' as const, 'webhook' as const),
        ok: fc.boolean(),
        failed: fc.integer(),
        value: fc.double(),
        error: texts,
      }),
      { maxLength: 80, size: 'max' },
    ),
  }),
  requests: fc.dictionary(
    texts,
    fc.record({ result: fc.constant('done' as const), message: texts }),
    {
      maxKeys: 40,
    },
  ),
  handledRequestIds: fc.array(texts, { maxLength: 40 }),
})

test('gives a status that the API accepts, whatever is in it', () => {
  fc.assert(
    fc.property(statuses, (status) => {
      const sent: unknown = JSON.parse(JSON.stringify(fitStatus(status)))
      expect(refusals(stored({ status: sent }))).toEqual([])
    }),
    // Texts this long take minutes to shrink, and the first failure says enough.
    { numRuns: 30, endOnFailure: true },
  )
})

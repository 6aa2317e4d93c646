import { expect, test } from 'vitest'
import type { CanaryStatus } from '../../../../src/canary/api.gen.ts'
import {
  withOriginalHashes,
  withOwnRevisions,
} from '../../../../src/canary/status/original-hashes.ts'

const theirs: CanaryStatus = {
  phase: 'Succeeded',
  lastAppliedSpec: '5454fdb769',
  lastPromotedSpec: '5454fdb769',
  trackedConfigs: { 'configmap/a': '1' },
}
const adopted: CanaryStatus = {
  ...theirs,
  lastAppliedSpec: 'v2:blue',
  lastPromotedSpec: 'v2:blue',
  trackedConfigs: { 'configmap/a': '1+binary' },
}
const takenOver = withOriginalHashes(adopted, theirs)

test('a canary that is taken over keeps the hashes of Flagger, with ours beside them', () => {
  expect(takenOver).toEqual({
    ...theirs,
    revisions: {
      beside: '5454fdb769',
      applied: 'v2:blue',
      promoted: 'v2:blue',
      configs: { 'configmap/a': '1+binary' },
    },
  })
  expect(withOwnRevisions(takenOver)).toEqual(adopted)
})

test('what is tried and rolled back here leaves them as they are', () => {
  const failed: CanaryStatus = { ...adopted, phase: 'Failed', lastAppliedSpec: 'v2:green' }
  const stored = withOriginalHashes(failed, takenOver)
  expect(stored).toMatchObject({ ...theirs, phase: 'Failed' })
  expect(withOwnRevisions(stored)).toEqual(failed)
})

test.each<[string, CanaryStatus]>([
  ['revision', { lastAppliedSpec: 'v2:green', lastPromotedSpec: 'v2:green' }],
  ['configuration', { promotedConfigs: { 'configmap/a': '2' } }],
])('a %s that is promoted ends it', (_what, change) => {
  const promoted = { ...adopted, ...change }
  expect(withOriginalHashes(promoted, takenOver)).toEqual(promoted)
})

test('a status in which nothing was adopted is stored as it is', () => {
  const suspended = { ...theirs, observedGeneration: 3 }
  expect(withOriginalHashes(suspended, theirs)).toEqual(suspended)
  expect(withOriginalHashes(adopted, {})).toEqual(adopted)
  expect(withOriginalHashes(adopted, adopted)).toEqual(adopted)
})

test('what stands beside another hash than the one that is there counts for nothing', () => {
  const { revisions } = takenOver
  const since = { ...theirs, lastAppliedSpec: '64b95b85c8', ...(revisions && { revisions }) }
  expect(withOwnRevisions(since)).toEqual({ ...theirs, lastAppliedSpec: '64b95b85c8' })
})

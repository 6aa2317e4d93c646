import { expect, test } from 'vitest'
import type { CanaryResource } from '../../../src/canary/api.gen.ts'
import { unknownLife } from '../../../src/report/life.ts'
import { readDiagnosisFacts } from '../../../src/report/reading/diagnosis.ts'
import { canaryObject } from '../../support/canary-object.ts'
import { now } from '../commands/builders.ts'

const reader = { now: () => now, get: async () => undefined, list: async () => [] }
const means = { reader, life: async () => unknownLife, others: [], serves: async () => false }

test('the kinds of a mesh are missed where the cluster lacks them, and not of a guess', async () => {
  const missing = async (provider: string) => {
    const resource = canaryObject({ spec: { provider: provider as 'istio' } }) as CanaryResource
    return (await readDiagnosisFacts(resource, means)).missingKinds
  }
  expect((await missing('contour')).join()).toContain('HTTPProxy')
  expect(await missing('nosuchmesh')).toEqual([])
  // A Gateway is read for a warning, and never written.
  expect((await missing('istio')).join()).toContain('VirtualService')
  expect((await missing('istio')).join()).not.toContain('Gateway')
})

test('what keeps the controller from working on a canary is a problem of its spec', async () => {
  const resource = canaryObject({ analysis: { stepWeight: 0 } }) as CanaryResource
  const { problems } = await readDiagnosisFacts(resource, means)
  expect(problems).toEqual([expect.stringContaining('spec.analysis would never end')])
})

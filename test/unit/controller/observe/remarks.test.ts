import { expect, test } from 'vitest'
import { remarks } from '../../../../controller/observe/remarks.ts'
import type { Deps } from '../../../../controller/process/deps.ts'
import type { CanaryStatus, Webhook } from '../../../../src/canary/api.gen.ts'
import { routerFor } from '../../../../src/routers/index.ts'
import { neighbourOf } from '../../../../src/workloads/identity/neighbours.ts'
import { contextOf } from '../../../conformance/routers/fixtures.ts'
import { observation } from '../../../support/observation.ts'
import { deployment } from '../../workloads/builders.ts'

const labels = { app: 'podinfo', tier: 'worker' }
const sentence = expect.stringContaining('would select the pods of deployment worker')

function said(
  status: CanaryStatus,
  target: 'ready' | 'missing' = 'ready',
  webhooks: Webhook[] = [],
) {
  const neighbours = [neighbourOf(deployment({ name: 'worker', labels }))]
  const glimpses = (of: { kind: string }) => neighbours.filter(({ kind }) => kind === of.kind)
  const cache = { list: () => [], glimpses, edition: () => 1 }
  const defaults = { meshProvider: 'istio', metricsServer: '' }
  const { workload, abilities, now } = observation()
  const { problems, warnings } = remarks({
    ...{ problems: [], router: routerFor('istio'), abilities, now },
    routerContext: contextOf({ status, ...(webhooks.length > 0 && { analysis: { webhooks } }) }),
    state: target === 'ready' ? workload : { ...workload, target: { state: target, why: '' } },
    memory: { surroundings: undefined },
    // Remarks look at no other part of these.
    deps: {
      cache,
      settings: {
        defaults,
        noCrossNamespaceRefs: false,
        sharing: { isRequired: false, home: '' },
        hookMethods: ['POST'],
        longestTimeoutMs: 3_600_000,
      },
    } as unknown as Deps,
  })
  return { problems, warnings }
}

test('a canary that would take the pods of another workload is not begun with', () => {
  expect(said({ phase: 'Initializing' })).toEqual({ problems: [sentence], warnings: [] })
})

test('one that serves is warned of it, and held by nothing', () => {
  expect(said({ phase: 'Succeeded' })).toEqual({ problems: [], warnings: [sentence] })
})

test('nobody is accused on the guess that is made of a missing target', () => {
  expect(said({ phase: 'Initializing' }, 'missing').problems).toEqual([])
})

test('a time-out that is longer than any request may take is said to be cut', () => {
  const hook = { name: 'load', url: 'http://load/', timeout: '24h' }
  expect(
    said({ phase: 'Succeeded' }, 'ready', [hook, { ...hook, timeout: '1h' }]).warnings,
  ).toEqual([
    'webhook load: its timeout of 24h0m0s is cut to 1h0m0s, the longest that ' +
      '-max-request-timeout of the controller gives',
    sentence,
  ])
})

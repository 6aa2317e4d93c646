import { expect, test } from 'vitest'
import type { CanaryStatus } from '../../../src/canary/api.gen.ts'
import { changedByHand } from '../../../src/report/changed-by-hand.ts'
import { canary } from '../../support/observation.ts'

const fieldsV1 = {
  'f:spec': {
    'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { 'f:image': {} } } } },
  },
}
const controller = { manager: 'canary-controller', time: '2030-01-01T11:00:00Z', fieldsV1 }
const person = { manager: 'kubectl-set', time: '2030-01-01T12:00:00Z', fieldsV1 }

function deployment(name: string, image: string, managedFields: object[] = []) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, managedFields },
    spec: { template: { spec: { containers: [{ name: 'app', image }] } } },
  }
}

const same = { lastAppliedSpec: 'v2:blue', lastPromotedSpec: 'v2:blue' }

function told(status: CanaryStatus, image: string, ...writers: object[]) {
  return changedByHand({
    canary: canary({ status }),
    target: deployment('checkout', 'app:1'),
    primary: deployment('checkout-primary', image, writers),
  }).map(({ message }) => message)
}

test('another image on the primary is told, with who set it and what becomes of it', () => {
  expect(told({ phase: 'Succeeded', ...same }, 'app:9', controller, person)).toEqual([
    'deployment checkout-primary runs app:9 in place of app:1, set by kubectl-set at ' +
      '2030-01-01T12:00:00Z and by no run: it is left as it is until the next promotion replaces ' +
      'it; to keep it, give the target that image',
  ])
})

test('after a failed run it is told as well: the target has what failed', () => {
  const images = [{ container: 'app', from: 'app:0', to: 'app:1' }]
  const status: CanaryStatus = { phase: 'Failed', canaryWeight: 0, canaryAnalysis: { images } }
  expect(told(status, 'app:9', controller, person)).toEqual([
    expect.stringContaining('runs app:9 in place of app:0, set by kubectl-set'),
  ])
  expect(told(status, 'app:0', controller, person)).toEqual([])
  expect(told({ ...status, canaryWeight: 100 }, 'app:9', controller, person)).toEqual([])
})

test.each([
  ['the same image', { phase: 'Succeeded', ...same }, 'app:1', person],
  ['an image that only the controller set', { phase: 'Succeeded', ...same }, 'app:9', controller],
  ['a run under way', { phase: 'Progressing', ...same }, 'app:9', person],
  [
    'a change that is pending',
    { phase: 'Initialized', lastAppliedSpec: 'v2:green', lastPromotedSpec: 'v2:blue' },
    'app:9',
    person,
  ],
] as const)('nothing is told of %s', (_what, status, image, writer) => {
  expect(told(status, image, controller, writer)).toEqual([])
})

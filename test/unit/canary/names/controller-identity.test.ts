import { expect, test } from 'vitest'
import { parseCanary } from '../../../../src/canary/canary.ts'
import { controllerOf } from '../../../../src/canary/names/controller-identity.ts'
import { canaryObject } from '../../../support/canary-object.ts'

const defaults = { meshProvider: 'istio', metricsServer: 'http://prometheus:9090' }

/** The controller of a Canary whose status these managers wrote, the earliest first. */
function writtenBy(...managers: string[]) {
  const managedFields = managers.map((manager, hour) => ({
    manager,
    subresource: 'status',
    time: `2026-11-21T0${hour}:00:00Z`,
  }))
  const { canary } = parseCanary(canaryObject({ metadata: { managedFields } }), defaults)
  return controllerOf(canary)
}

test('the last program that wrote the status is the controller', () => {
  expect(writtenBy('canary-controller', 'flagger')).toMatchObject({
    name: 'flagger',
    upstream: true,
  })
  expect(writtenBy('flagger', 'canary-controller')).toMatchObject({ upstream: false })
})

test('who patches the status by hand is taken for no controller', () => {
  expect(writtenBy('flagger', 'kubectl-patch')).toMatchObject({ name: 'flagger', upstream: true })
  expect(writtenBy('kubectl-edit', 'canary-cli')).toMatchObject({ name: null, upstream: null })
})

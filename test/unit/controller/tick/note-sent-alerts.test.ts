import { expect, test } from 'vitest'
import { createCorrespondence } from '../../../../controller/tell/correspondence.ts'
import { noteSentAlerts } from '../../../../controller/tick/note-sent-alerts.ts'
import type { CanaryResource, CanaryStatus, UnsentAlert } from '../../../../src/canary/api.gen.ts'
import { silent } from '../../../../src/io/log.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { customKinds } from '../../../../src/sandbox/definitions.ts'
import { createSteppedClock } from '../../../../src/sandbox/stepped/clock.ts'
import { createSteppedCluster } from '../../../../src/sandbox/stepped/cluster.ts'
import { createSteppedKube } from '../../../../src/sandbox/stepped/kube.ts'
import { canaryObject } from '../../../support/canary-object.ts'

const ref = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  namespace: 'test',
  name: 'podinfo',
}
const unsent: UnsentAlert = {
  ...{ id: '2026-01-01T00:00:00.000Z/2', occasion: 'failed', severity: 'error' },
  ...{ message: 'It broke', fields: true, run: 3 },
}

/** A canary whose alert was sent just now, and the process that sent it. */
function given() {
  const clock = createSteppedClock()
  const definitions = customKinds()
  const store = createSteppedCluster({ clock, definitions, namespaces: [ref.namespace] })
  const set = (status: CanaryStatus) => {
    const options = { type: 'merge', subresource: 'status' } as const
    return store.patch<CanaryResource>(ref, { status }, options)
  }
  store.create(canaryObject({}))
  const cached = set({ phase: 'Failed', alerting: { unsent: [unsent] } })
  const requests: string[] = []
  const onRequest = (verb: string) => void requests.push(verb)
  const kube = createSteppedKube({ store, clock, isAlive: () => true, onRequest })
  const correspondence = createCorrespondence()
  correspondence.begin(unsent.id, 1)
  correspondence.told(unsent.id, 'test/chat')
  // The caller knows which type its reference names.
  const cache = { get: <T extends KubeObject>() => cached as KubeObject as T }
  const signal = new AbortController().signal
  const note = () =>
    noteSentAlerts(
      `${ref.namespace}/${ref.name}`,
      { cache, kube, log: silent, signal, settings: { dryRun: false } },
      { correspondence },
    )
  return { note, set, requests, status: () => store.get<CanaryResource>(ref)?.status }
}

test('an alert that was sent is taken from the status', async () => {
  const { note, status } = given()
  await note()
  expect(status()).toEqual({ phase: 'Failed' })
})

test('where the Canary was written meanwhile the alert is taken from what is there now', async () => {
  const { note, set, status } = given()
  set({ phase: 'Failed', failedChecks: 2 })
  await note()
  expect(status()).toEqual({ phase: 'Failed', failedChecks: 2 })
})

test('where the last look has noted it already nothing more is written', async () => {
  const { note, set, requests, status } = given()
  const later = { ...unsent, id: '2026-01-01T00:00:00.000Z/7' }
  set({ alerting: { unsent: [later] } })
  await note()
  expect(status()?.alerting).toEqual({ unsent: [later] })
  expect(requests).toHaveLength(2)
})

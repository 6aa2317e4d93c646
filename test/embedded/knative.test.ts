/** Knative Services as targets: revisions that simulated users meet, promoted and taken back. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CanaryResource, CanaryStatus } from '../../src/canary/api.gen.ts'
import { type KnativeService, primaryRevisionKey } from '../../src/knative-service.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import { startController } from './support/controller.ts'
import { patience } from './support/rollout.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ startupMs: 100 })
  sandbox.profiles.set('podinfo:bad', { errorRate: 1 })
})
afterAll(() => sandbox.close())

const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service' }
const canaryKind = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }

const check = (name: string, thresholdRange: object) => ({ name, interval: '5s', thresholdRange })
const analysis = {
  interval: '1s',
  threshold: 4,
  stepWeight: 30,
  maxWeight: 60,
  metrics: [check('request-success-rate', { min: 99 }), check('request-duration', { max: 500 })],
}

/** A Knative Service, its Canary, and users who call it. */
async function given(namespace: string, spec: object = {}) {
  const { store, traffic } = sandbox
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const metadata = { name: 'podinfo', namespace }
  const template = (image: string) => ({ spec: { containers: [{ name: 'app', image }] } })
  const own = { ...knative, metadata, spec: { template: template('podinfo:1') } }
  store.create(own as KnativeService)
  const targetRef = { ...knative, name: 'podinfo' }
  const canary = { provider: 'knative', targetRef, analysis, ...spec }
  store.create({ ...canaryKind, metadata, spec: canary } as CanaryResource)
  const load = { namespace, service: 'podinfo', requestsPerSecond: 60 }
  traffic.setLoads([load])
  await startController({
    kubeconfig: sandbox.kubeconfigPath,
    flags: [`-namespace=${namespace}`, `-metrics-server=${sandbox.prometheusUrl}`],
  })
  const refOf = (kind: typeof knative) => ({ ...kind, ...metadata })
  const service = () => store.get<KnativeService>(refOf(knative))
  return {
    service,
    canary: () => store.get<CanaryResource>(refOf(canaryKind)),
    run: (image: string) =>
      store.patch(refOf(knative), { spec: { template: template(image) } }, { type: 'merge' }),
    remove: () => store.delete(refOf(canaryKind)),
    served: (revision: string) => traffic.tally(load).reached[revision] ?? 0,
    tally: () => traffic.tally(load),
    reaches: (status: CanaryStatus) =>
      vi.waitFor(
        () => expect(store.get<CanaryResource>(refOf(canaryKind))?.status).toMatchObject(status),
        patience,
      ),
    primary: () => service()?.metadata.annotations?.[primaryRevisionKey],
    traffic: () => service()?.spec?.traffic,
  }
}

const pinned = (revisionName: string) => [
  { latestRevision: true, percent: 0 },
  { revisionName, percent: 100 },
]

test('a revision that users find well is promoted, and one that they do not is taken back', async () => {
  const { run, reaches, primary, traffic, served, tally } = await given('knative-rollouts')
  await reaches({ phase: 'Initialized' })
  expect(primary()).toBe('podinfo-00001')
  expect(traffic()).toEqual(pinned('podinfo-00001'))
  const { failed: before } = tally()

  run('podinfo:good')
  await reaches({ phase: 'Succeeded', canaryWeight: 0 })
  expect(primary()).toBe('podinfo-00002')
  expect(traffic()).toEqual(pinned('podinfo-00002'))
  expect(served('podinfo-00002')).toBeGreaterThan(0)
  expect(tally().failed).toBe(before)

  run('podinfo:bad')
  await reaches({ phase: 'Failed', canaryWeight: 0 })
  expect(primary()).toBe('podinfo-00002')
  expect(traffic()).toEqual(pinned('podinfo-00002'))
  const { failed: lost, sent } = tally()
  expect(lost).toBeGreaterThan(before)
  await vi.waitFor(() => expect(tally().sent).toBeGreaterThan(sent + 100), patience)
  expect(tally().failed).toBe(lost)
})

test('a promotion without checks serves the new revision, and not the one before', async () => {
  const { run, reaches, primary, traffic } = await given('knative-skipping', {
    skipAnalysis: true,
  })
  await reaches({ phase: 'Initialized' })
  run('podinfo:good')
  await reaches({ phase: 'Succeeded', canaryWeight: 0 })
  expect(primary()).toBe('podinfo-00002')
  expect(traffic()).toEqual(pinned('podinfo-00002'))
})

test('the Service of a deleted Canary is the user’s again', async () => {
  const { remove, reaches, canary, primary, traffic } = await given('knative-given-back', {
    revertOnDeletion: true,
  })
  await reaches({ phase: 'Initialized' })
  remove()
  await vi.waitFor(() => expect(canary()).toBeUndefined(), patience)
  expect(primary()).toBeUndefined()
  expect(traffic()).toEqual([{ latestRevision: true, percent: 100 }])
})

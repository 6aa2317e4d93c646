/** A trial of this controller: what Flagger left, taken over, and what Flagger would find again. */
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { isForeignRevision } from '../../src/canary/revision.ts'
import type { KubeObject, ObjectRef } from '../../src/objects.ts'
import { type Moment, objectsAt } from '../conformance/moments.ts'
import { readRecordings } from '../conformance/recording.ts'
import { merged } from '../scenarios/scenario.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const recordings = readRecordings(path.join(import.meta.dirname, '../conformance/recordings'))

/** The cluster as Flagger left it at a moment of a recording. */
async function left(namespace: string, from: { recording: string; moment: Moment }) {
  const recording = recordings.find(({ name }) => name === from.recording)
  if (!recording) throw new Error(`there is no recording ${from.recording}`)
  const outside = await givenOutside()
  const { store } = cluster
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const uids = new Map<string, string>()
  for (const object of objectsAt(recording, from.moment, { namespace, stub: outside.url })) {
    const ownerReferences = (object.metadata.ownerReferences ?? []).map((owner) => ({
      ...owner,
      uid: uids.get(`${owner.kind}/${owner.name}`) ?? '',
    }))
    const isCanary = object.kind === 'Canary'
    const spec = isCanary ? { spec: { analysis: { interval: '200ms' } } } : {}
    const { uid = '' } = store.create(
      merged(object, { metadata: { ownerReferences }, ...spec }),
    ).metadata
    uids.set(`${object.kind}/${object.metadata.name}`, uid)
    if (isCanary)
      store.modify<CanaryResource>(
        canaryIn(namespace),
        (draft) => {
          draft.status = (object as CanaryResource).status ?? {}
        },
        { subresource: 'status' },
      )
  }
  const status = () => store.get<CanaryResource>(canaryIn(namespace))?.status ?? {}
  const start = () =>
    startController({
      kubeconfig: cluster.kubeconfig,
      flags: [
        `-namespace=${namespace}`,
        `-metrics-server=${outside.url}`,
        `-mesh-provider=${recording.provider}`,
      ],
    })
  return { outside, status, start, flagger: status() }
}

function canaryIn(namespace: string): ObjectRef {
  return { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' }
}

function setImage(namespace: string, image: string): void {
  cluster.store.patch(
    { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'podinfo' },
    { spec: { template: { spec: { containers: [{ name: 'podinfod', image }] } } } },
    { type: 'strategic' },
  )
}

function runs(namespace: string): string[] {
  const events = cluster.store.list<KubeObject & { message: string }>(
    { apiVersion: 'v1', kind: 'Event' },
    { namespace },
  )
  return events.map(({ message }) => message).filter((message) => /New revision/.test(message))
}

test.each([
  { recording: 'istio-canary', moment: { phase: 'Initialized' } },
  { recording: 'istio-canary', moment: { phase: 'Succeeded' } },
  { recording: 'istio-rollback', moment: { phase: 'Failed' } },
  { recording: 'k8s-config-change', moment: { phase: 'Succeeded' } },
  { recording: 'gates', moment: { phase: 'WaitingPromotion' } },
])(
  'Flagger finds its own hashes again after $recording in $moment.phase, and so starts no run',
  async ({ recording, moment }) => {
    const namespace = `back-${recording}-${moment.phase}`.toLowerCase()
    const { status, start, flagger } = await left(namespace, { recording, moment })

    const first = await start()
    await vi.waitFor(() => expect(status().revisions?.applied).toMatch(/^v2:/), patience)
    await first.end('SIGTERM')
    const second = await start()
    await second.said(/"canary":/)
    await second.end('SIGTERM')

    const { lastAppliedSpec, lastPromotedSpec, trackedConfigs } = flagger
    expect(isForeignRevision(lastAppliedSpec)).toBe(true)
    expect(status()).toMatchObject({
      lastAppliedSpec,
      lastPromotedSpec,
      ...(trackedConfigs && { trackedConfigs }),
    })
    expect(runs(namespace)).toEqual([])
  },
)

test('a run that is rolled back here leaves the way back open, and a promotion closes it', async () => {
  const namespace = 'back-tried'
  const from = { recording: 'istio-canary', moment: { phase: 'Succeeded' } }
  const { outside, status, start, flagger } = await left(namespace, from)
  await start()
  await vi.waitFor(() => expect(status().revisions?.applied).toMatch(/^v2:/), patience)

  outside.world.metrics = { '.*': 0 }
  setImage(namespace, 'podinfo:bad')
  await vi.waitFor(() => expect(status().phase).toBe('Failed'), patience)
  const { lastAppliedSpec, lastPromotedSpec } = flagger
  expect(status()).toMatchObject({ lastAppliedSpec, lastPromotedSpec })

  outside.world.metrics = { '\\*\\s*100\\s*$': 100, '.*': 0.1 }
  setImage(namespace, 'podinfo:good')
  await vi.waitFor(() => expect(status().phase).toBe('Succeeded'), patience)
  expect(status().lastPromotedSpec).toMatch(/^v2:/)
  expect(status().lastAppliedSpec).toBe(status().lastPromotedSpec)
  expect(status()).not.toHaveProperty('revisions')
})

/** A cluster as Flagger leaves it, and then this controller in Flagger's place. */
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { kindNameOf, pathOf } from '../conformance/kinds.ts'
import { type Moment, objectsAt } from '../conformance/moments.ts'
import { readRecordings } from '../conformance/recording.ts'
import { startStub, type World } from '../conformance/stub.ts'
import { clusterTest, controllerKubeconfig, runFolder } from './cluster-test.ts'
import type { Api } from './control-plane/api.ts'
import { freePorts } from './control-plane/ports.ts'
import { startProcesses } from './control-plane/processes.ts'

interface CanaryObject extends KubeObject {
  status: { phase: string; canaryWeight: number; revisions?: { applied?: string } }
}

interface TakenOver {
  canary(): Promise<CanaryObject>
  /** Messages of all events about the canary, in order. */
  events(): Promise<string[]>
  /** Rolls out another image. */
  release(image: string): Promise<void>
  world: World
  [Symbol.asyncDispose](): Promise<void>
}

/** Longer than 20 checks at the pace of these tests. */
const quietMs = 21_000
const patience = { timeout: 90_000, interval: 200 }

const controller = path.join(import.meta.dirname, '../support/controller.ts')
const recordings = readRecordings(path.join(import.meta.dirname, '../conformance/recordings'))

/** Puts the objects of a recorded moment into the cluster, then starts the controller. */
async function takeOver(
  api: Api,
  { namespace, recording: name, moment }: { namespace: string; recording: string; moment: Moment },
): Promise<TakenOver> {
  const recording = recordings.find((one) => one.name === name)
  if (!recording) throw new Error(`there is no recording ${name}`)
  const world: World = {
    metrics: recording.inputs.metrics ?? {},
    hooks: recording.inputs.hooks ?? {},
  }
  const stub = await startStub(world)
  await install(api, objectsAt(recording, moment, { namespace, stub: stub.url }))
  const processes = startProcesses(runFolder)
  const [port] = await freePorts(1)
  await processes.start(`takeover-${namespace}`, process.execPath, [
    controller,
    `-kubeconfig=${controllerKubeconfig}`,
    `-namespace=${namespace}`,
    `-mesh-provider=${recording.provider}`,
    `-metrics-server=${stub.url}`,
    `-port=${port}`,
    '-minimum-analysis-interval=1s',
    '-allowed-addresses=127.0.0.0/8',
  ])
  const deployment = pathOf('Deployment', namespace, 'podinfo')
  return {
    world,
    canary: () => api.request('GET', pathOf('Canary', namespace, 'podinfo')),
    async events() {
      const { items } = await api.request<{ items: (KubeObject & { message: string })[] }>(
        'GET',
        pathOf('Event', namespace),
      )
      return items.map(({ message }) => message)
    },
    async release(image) {
      const containers = [{ name: 'podinfod', image }]
      const body = { spec: { template: { spec: { containers } } } }
      await api.request('PATCH', deployment, body, 'application/strategic-merge-patch+json')
    },
    async [Symbol.asyncDispose]() {
      await processes.stop()
      await stub.close()
    },
  }
}

/** Creates objects with the owners that they name, and the status that they had. */
async function install(api: Api, objects: readonly KubeObject[]): Promise<void> {
  const uids = new Map<string, string>()
  for (const object of objects) {
    const { kind, metadata } = object
    const { namespace = '' } = metadata
    const ownerReferences = metadata.ownerReferences?.map((owner) => ({
      ...owner,
      uid: uids.get(`${owner.kind}/${owner.name}`) ?? '',
    }))
    const collection = pathOf(kindNameOf(object), namespace)
    const created = await api.request<KubeObject>('POST', collection, {
      ...hurried(object),
      metadata: { ...metadata, ...(ownerReferences && { ownerReferences }) },
    })
    uids.set(`${kind}/${metadata.name}`, created.metadata.uid ?? '')
    if (kind !== 'Canary') continue
    const { status } = object as CanaryObject
    await api.request('PUT', `${collection}/${metadata.name}/status`, { ...created, status })
  }
}

function hurried(object: KubeObject): KubeObject {
  if (object.kind !== 'Canary') return object
  const { spec } = object as KubeObject & { spec: { analysis: object } }
  return {
    ...object,
    spec: { ...spec, analysis: { ...spec.analysis, interval: '1s' } },
  } as KubeObject
}

const isNewRun = /New revision detected/

describe.concurrent('taking over from Flagger', () => {
  clusterTest.for([
    { recording: 'istio-canary', moment: { phase: 'Initialized' } },
    { recording: 'istio-canary', moment: { phase: 'Succeeded' } },
    { recording: 'istio-rollback', moment: { phase: 'Failed' } },
    { recording: 'k8s-config-change', moment: { phase: 'Succeeded' } },
  ])(
    'a canary of $recording begins no run in phase $moment.phase, and one for the next revision',
    { timeout: 240_000 },
    async (from, { api, namespace, expect }) => {
      await using taken = await takeOver(api, { namespace, ...from })

      await vi.waitFor(
        async () =>
          expect((await taken.canary()).status).toMatchObject({
            phase: from.moment.phase,
            revisions: { applied: expect.stringMatching(/^v2:/) },
          }),
        patience,
      )
      await wait(quietMs)
      expect((await taken.canary()).status.phase).toBe(from.moment.phase)
      expect((await taken.events()).filter((message) => isNewRun.test(message))).toEqual([])

      await taken.release('stefanprodan/podinfo:6.0.9')
      await vi.waitFor(
        async () => expect(await taken.events()).toContainEqual(expect.stringMatching(isNewRun)),
        patience,
      )
    },
  )

  clusterTest(
    'a run at weight 25 continues to its end',
    { timeout: 240_000 },
    async ({ api, namespace, expect }) => {
      await using taken = await takeOver(api, {
        namespace,
        recording: 'istio-canary',
        moment: { phase: 'Progressing', canaryWeight: 25 },
      })

      await vi.waitFor(
        async () => expect((await taken.canary()).status.phase).toBe('Succeeded'),
        patience,
      )
      // Events follow the status that they are about.
      await vi.waitFor(async () => {
        const events = await taken.events()
        expect(events.filter((message) => /canary weight/.test(message))).toEqual([
          `Advance podinfo.${namespace} canary weight 50`,
        ])
        expect(events.filter((message) => isNewRun.test(message))).toEqual([])
      }, patience)
    },
  )

  clusterTest(
    'a run that waits for its promotion waits on, and is promoted when its gate opens',
    { timeout: 240_000 },
    async ({ api, namespace, expect }) => {
      await using taken = await takeOver(api, {
        namespace,
        recording: 'gates',
        moment: { phase: 'WaitingPromotion' },
      })

      await vi.waitFor(
        async () => expect((await taken.canary()).status.revisions?.applied).toMatch(/^v2:/),
        patience,
      )
      await wait(quietMs / 2)
      expect((await taken.canary()).status.phase).toBe('WaitingPromotion')

      taken.world.hooks = { ...taken.world.hooks, '^/go': 200 }
      await vi.waitFor(
        async () => expect((await taken.canary()).status.phase).toBe('Succeeded'),
        patience,
      )
      expect((await taken.events()).filter((message) => isNewRun.test(message))).toEqual([])
    },
  )
})

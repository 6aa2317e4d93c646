/** A Canary that is deleted and created anew, before the garbage collector is done with the first. */
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { KubeObject, ObjectRef } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster({ brokenImages: ['podinfo:broken'] })
})
afterAll(() => cluster.close())

const kinds = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService' },
]

test('what the first one left is taken over before it is collected, and serves on', async () => {
  const { namespace, start, rollout, recreate, primary } = await given('successor')
  const { uid } = primary()?.metadata ?? {}
  recreate()
  expect(leftIn(namespace)).toHaveLength(5)

  await start()
  await rollout.reaches({ phase: 'Initialized' })

  expect(leftIn(namespace)).toEqual([])
  expect(primary()?.metadata).toMatchObject({
    uid,
    ownerReferences: [{ uid: rollout.canary()?.metadata.uid }],
  })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Succeeded' })
})

test('what is collected at the same time is made anew', async () => {
  const { namespace, start, rollout, recreate } = await given('contested')
  recreate()
  const collected = setInterval(() => collectOne(namespace), 20)
  onTestFinished(() => clearInterval(collected))

  await start()
  await rollout.reaches({ phase: 'Initialized' })
  await vi.waitFor(() => expect(leftIn(namespace)).toEqual([]), patience)

  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Succeeded' })
})

test('a primary that does not serve is waited for to be collected, and the wait is told', async () => {
  const { namespace, start, rollout, recreate, primary } = await given('broken')
  const containers = [{ name: 'podinfod', image: 'podinfo:broken' }]
  const ref = primaryRef(namespace)
  const uid = primary()?.metadata.uid
  cluster.store.patch(ref, { spec: { template: { spec: { containers } } } }, { type: 'strategic' })
  recreate()

  await start()
  await rollout.hears(
    /^Warning podinfo-primary.broken not ready: an earlier canary of this name left it; it is made anew once the garbage collector removed it$/m,
  )
  expect(primary()?.metadata.uid).toBe(uid)
  for (const object of leftIn(namespace)) cluster.store.delete(refTo(object))

  await rollout.reaches({ phase: 'Initialized' })
  expect(primary()?.metadata.uid).not.toBe(uid)
})

test('deleted and created at once under a controller at work, it is initialized as any other', async () => {
  const { start, rollout, recreate, primary } = await given('swift')
  const controller = await start()
  await controller.said(/"started"/)
  recreate('at once')

  await rollout.reaches({ phase: 'Initialized' })

  const uid = rollout.canary()?.metadata.uid
  await vi.waitFor(
    () => expect(primary()?.metadata.ownerReferences).toMatchObject([{ uid }]),
    patience,
  )
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Succeeded' })
  expect(controller.output()).not.toContain('"defect"')
})

/** An initialized canary whose controller has gone. */
async function given(namespace: string) {
  const outside = await givenOutside()
  const rollout = givenRollout(cluster, { namespace, spec: { analysis: { interval: '200ms' } } })
  const start = () =>
    startController({
      kubeconfig: cluster.kubeconfig,
      flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
    })
  const first = await start()
  await rollout.reaches({ phase: 'Initialized' })
  await first.end()

  /** The collector of this cluster is quick: to hold it up, it is made to not know the owner. */
  function recreate(collector: 'slow' | 'at once' = 'slow'): void {
    const canary = rollout.canary()
    if (!canary) throw new Error('there is no canary')
    if (collector === 'slow')
      for (const object of ownedIn(namespace, canary.metadata.uid)) disown(object)
    cluster.store.delete(refTo(canary))
    const { apiVersion, kind, spec } = canary
    const metadata = { namespace, name: canary.metadata.name }
    cluster.store.create({ apiVersion, kind, metadata, spec } as KubeObject)
  }
  const primary = () => cluster.store.get(primaryRef(namespace))
  return { namespace, start, rollout, recreate, primary }
}

const earlier = '00000000-0000-4000-8000-000000000000'

function disown(object: KubeObject): void {
  const ownerReferences = object.metadata.ownerReferences?.map((one) => ({ ...one, uid: earlier }))
  cluster.store.patch(refTo(object), { metadata: { ownerReferences } }, { type: 'merge' })
}

function ownedIn(namespace: string, uid: string | undefined): KubeObject[] {
  return kinds
    .flatMap((kind) => cluster.store.list(kind, { namespace }))
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid))
}

/** What the collector would remove. */
function leftIn(namespace: string): KubeObject[] {
  return ownedIn(namespace, earlier)
}

function collectOne(namespace: string): void {
  const [object] = leftIn(namespace)
  if (object) cluster.store.delete(refTo(object))
}

function refTo({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
  const { namespace = '', name } = metadata
  return { apiVersion, kind, namespace, name }
}

function primaryRef(namespace: string): ObjectRef {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'podinfo-primary' }
}

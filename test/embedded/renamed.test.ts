/** A Canary that is deleted, and created under another name for the same target. */
import { expect, test } from 'vitest'
import type { KubeObject, ObjectRef } from '../../src/objects.ts'
import { canaryRef, home, workloadRef } from '../model/objects.ts'
import { sizeOf } from '../model/world.ts'
import { givenStepped, type SteppedCanary } from './support/stepped.ts'

const applied = 'kubectl.kubernetes.io/last-applied-configuration'
const kinds = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService' },
]
const earlier = '00000000-0000-4000-8000-000000000000'

function rename({ world }: SteppedCanary): void {
  world.store.delete(canaryRef)
  const { kind, apiVersion, ...rest } = world.canary
  const metadata = { namespace: home, name: 'renamed' }
  world.store.create({ apiVersion, kind, ...rest, metadata })
}

function phaseOf({ world }: SteppedCanary): string | undefined {
  const found = world.store.get<KubeObject & { status?: { phase?: string } }>({
    ...canaryRef,
    name: 'renamed',
  })
  return found?.status?.phase
}

function refTo({ apiVersion, kind, metadata: { name } }: KubeObject): ObjectRef {
  return { apiVersion, kind, namespace: home, name }
}

const primaryRef = workloadRef('Deployment', 'app-primary')

test('what the earlier one left serves on, in its size, and belongs to the later one', async () => {
  const canary = await givenStepped()
  const { store } = canary.world
  store.patch(primaryRef, { spec: { replicas: 3 } }, { type: 'merge' })
  await canary.pass(60)
  const { uid } = store.get(primaryRef)?.metadata ?? {}
  // A collector that is slow: it would come for what has an owner that is gone.
  for (const object of kinds.flatMap((kind) => store.list(kind, { namespace: home })))
    if (object.metadata.ownerReferences)
      store.patch(
        refTo(object),
        {
          metadata: {
            ownerReferences: object.metadata.ownerReferences.map((one) => ({
              ...one,
              uid: earlier,
            })),
          },
        },
        { type: 'merge' },
      )
  rename(canary)
  await canary.pass(120)
  expect(phaseOf(canary)).toBe('Initialized')
  const primary = store.get(primaryRef)
  expect(primary?.metadata).toMatchObject({ uid, ownerReferences: [{ name: 'renamed' }] })
  expect(sizeOf(primary)).toBe(3)
  const left = kinds
    .flatMap((kind) => store.list(kind, { namespace: home }))
    .filter(({ metadata }) => metadata.ownerReferences?.some((one) => one.uid === earlier))
  expect(left.map(({ metadata }) => metadata.name)).toEqual([])
})

test('a primary that was collected is made anew in the size that somebody applied', async () => {
  const manifest = JSON.stringify({ kind: 'Deployment', spec: { replicas: 3 } })
  const canary = await givenStepped({
    before: ({ store, target }) =>
      void store.patch(
        target,
        { metadata: { annotations: { [applied]: manifest } } },
        { type: 'merge' },
      ),
  })
  const { store } = canary.world
  rename(canary)
  await canary.pass(120)
  expect(phaseOf(canary)).toBe('Initialized')
  expect(sizeOf(store.get(primaryRef))).toBe(3)
})

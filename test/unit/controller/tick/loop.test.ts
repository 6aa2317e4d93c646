import { expect, test } from 'vitest'
import { createContents } from '../../../../controller/observe/contents.ts'
import type { Deps } from '../../../../controller/process/deps.ts'
import { createMetrics } from '../../../../controller/process/metrics.ts'
import { createShares } from '../../../../controller/queue/shares.ts'
import { createLoop } from '../../../../controller/tick/loop.ts'
import type { ChangeListener } from '../../../../src/io/kube/cache/cache.ts'
import type { Kube } from '../../../../src/io/kube/kube.ts'
import { silent } from '../../../../src/io/log.ts'
import { type KubeObject, type ObjectRef, refKey, refOf } from '../../../../src/objects.ts'
import { stored } from '../../../support/observation.ts'
import { fakeClock } from '../../io/fake-clock.ts'

/** A loop over a cache that the test fills; a look at a canary only finds out that it is gone. */
function given(initial: KubeObject[] = []) {
  const clock = fakeClock()
  const looks: string[] = []
  const owners = new Map<string, string[]>()
  const present = new Set<string>()
  let listener: ChangeListener | undefined
  const cache = {
    get: ({ namespace, name }: ObjectRef) =>
      present.has(name) ? stored({ metadata: { namespace: namespace ?? '', name } }) : undefined,
    async interest(owner: string) {
      looks.push(owner.replace('shop/', ''))
    },
    list: () => initial,
    ownersOf: (ref: ObjectRef) => owners.get(refKey(ref)) ?? [],
    onChange(next: ChangeListener) {
      listener = next
      return () => {
        listener = undefined
      }
    },
  }
  const metrics = createMetrics()
  const contents = createContents({} as Kube)
  const { signal } = new AbortController()
  const settings = { defaults: { meshProvider: 'istio', metricsServer: '' }, workloads: {} }
  // The loop and a look at a canary that is gone use no other part of these.
  const said: string[] = []
  const log = { ...silent, warn: (_: object, text: string) => void said.push(text) }
  const shares = createShares({ most: 8, longestMs: 1_000 })
  const deps = { cache, clock, metrics, contents, signal, settings, log, shares, random: () => 0.5 }
  const loop = createLoop(deps as unknown as Deps, {
    identity: { controller: 'test', settings: {} },
    concurrency: 4,
    spreadMs: 50,
    longestSpreadMs: 10_000,
  })
  return {
    loop,
    clock,
    looks,
    said,
    owners,
    present,
    metrics,
    isListening: () => listener !== undefined,
    change: (object: KubeObject | undefined, previous?: KubeObject, source?: 'watch' | 'write') => {
      const subject = object ?? previous
      if (subject) listener?.(refOf(subject), object, previous, source ?? 'watch')
    },
    /** Lets everything that has begun come to its end. */
    async settle() {
      for (let turn = 0; turn < 50; turn++) {
        clock.step(0)
        await Promise.resolve()
      }
    },
  }
}

function withUid(object: KubeObject, uid: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, uid } }
}

function canary(name: string, resourceVersion = '1'): KubeObject {
  return stored({ metadata: { name, resourceVersion } })
}

test('after a start the first looks are spread over time', async () => {
  const { loop, clock, looks, settle } = given([canary('a'), canary('b')])
  await loop.start()
  expect(looks).toEqual([])
  clock.step(100)
  await settle()
  expect(looks.toSorted()).toEqual(['a', 'b'])
})

test('a canary that appears or changes is looked at, the echo of the same version is not', async () => {
  const { loop, looks, change, settle } = given()
  await loop.start()
  change(canary('a', '1'))
  await settle()
  change(canary('a', '2'), canary('a', '1'))
  await settle()
  change(canary('a', '2'), canary('a', '2'))
  await settle()
  expect(looks).toEqual(['a', 'a'])
})

test('a change of an object wakes the canaries that depend on it, and no others', async () => {
  const { loop, looks, owners, change, settle } = given()
  await loop.start()
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name: 'c' } }
  owners.set(refKey(refOf(config)), ['shop/a', 'shop/b'])
  change(config)
  await settle()
  expect(looks.toSorted()).toEqual(['a', 'b'])
})

test('an autoscaler that says how it stands is no reason for a look', async () => {
  const { loop, looks, owners, change, settle } = given()
  await loop.start()
  const metadata = { namespace: 'shop', name: 'hpa' }
  const kind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }
  const at = (resourceVersion: string, spec: object, status: object) =>
    ({ ...kind, metadata: { ...metadata, resourceVersion }, spec, status }) as KubeObject
  owners.set(refKey(refOf(at('1', {}, {}))), ['shop/a'])
  change(at('2', { maxReplicas: 4 }, { currentReplicas: 3 }), at('1', { maxReplicas: 4 }, {}))
  await settle()
  expect(looks).toEqual([])
  change(at('3', { maxReplicas: 5 }, {}), at('2', { maxReplicas: 4 }, {}))
  await settle()
  expect(looks).toEqual(['a'])
})

test('canaries that come and go leave no series and no plan behind', async () => {
  const { loop, clock, looks, change, metrics, settle } = given()
  await loop.start()
  for (let at = 0; at < 200; at++) {
    change(canary(`canary-${at}`))
    await settle()
  }
  expect(looks).toHaveLength(200)
  const text = await metrics.registry.metrics()
  expect(text).not.toContain('canary-1')
  expect(text).not.toContain('flagger_canary_total{')
  expect(clock.nextMs()).toBeUndefined()
})

test('a target that an edit replaces leaves no series', async () => {
  const { loop, present, change, metrics, settle } = given()
  await loop.start()
  present.add('a')
  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' } as const
  change(canary('a', '1'))
  change(stored({ metadata: { name: 'a', resourceVersion: '2' }, spec: { targetRef } }))
  await settle()
  const text = await metrics.registry.metrics()
  expect(text).toContain('flagger_canary_status{name="cart"')
  expect(text).not.toContain('name="checkout"')
})

test('a canary that comes back while it is found to be gone is looked at', async () => {
  const { loop, clock, looks, present, change, metrics, settle } = given()
  await loop.start()
  change(undefined, canary('a', '1'))
  clock.step(0)
  // Its successor arrives before the look at the one that went has ended.
  present.add('a')
  change(canary('a', '2'))
  await settle()
  expect(looks.length).toBeGreaterThan(1)
  expect(await metrics.registry.metrics()).toContain('flagger_canary_total{namespace="shop"} 1')
})

test('one of the same name with another uid inherits no back-off', async () => {
  const { loop, clock, present, change, settle } = given()
  await loop.start()
  // The cache of this test is not enough for a look, which is a defect each time.
  present.add('a')
  const first = withUid(canary('a', '1'), 'first')
  change(first)
  await settle()
  clock.step(50)
  await settle()
  expect(clock.nextMs()).toBe(100)

  change(withUid(canary('a', '2'), 'second'), first)
  await settle()

  expect(clock.nextMs()).toBe(50)
})

test('objects of a service name that was changed are pointed out', async () => {
  const { loop, said, change, settle } = given()
  await loop.start()
  const named = (name: string) =>
    stored({ metadata: { name: 'a' }, spec: { service: { name, port: 80 } } })
  change(named('one'))
  change(named('one'), named('one'))
  change(named('two'), named('one'))
  await settle()
  expect(said).toEqual([
    'The service name changed to two, remove one objects to avoid routing conflicts',
  ])
})

test('a loop that is stopped listens to nothing and looks at nothing', async () => {
  const { loop, clock, looks, change, isListening } = given([canary('a')])
  await loop.start()
  await loop.stop()
  change(canary('b'))
  clock.step(60_000)
  expect(isListening()).toBe(false)
  expect(looks).toEqual([])
})

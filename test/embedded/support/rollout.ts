/** A target and its canary in a namespace, for tests in code. */
import { expect, onTestFinished, vi } from 'vitest'
import type { CanaryResource, CanaryStatus } from '../../../src/canary/api.gen.ts'
import type { KubeObject, ObjectRef } from '../../../src/objects.ts'
import { type StubRequest, startStub, type World } from '../../conformance/stub.ts'
import { baseCanary, deployment, merged } from '../../scenarios/scenario.ts'
import type { EmbeddedCluster } from './cluster.ts'

export interface RolloutOptions {
  namespace: string
  /** Of canary and target; `podinfo` where absent. */
  name?: string
  /** Merged into the spec of the canary. */
  spec?: object
  metadata?: object
  /** Merged into the spec of the target's pods. */
  pod?: object
}

export interface Rollout {
  canary(): CanaryResource | undefined
  setImage(image: string): void
  /** Resolves once the status is like this. */
  reaches(status: CanaryStatus, timeoutMs?: number): Promise<void>
  /** What was said about the canary so far, as `Warning text`; it comes after the status that it is about. */
  events(): string[]
  hears(pattern: RegExp): Promise<void>
  /** Resolves once those of its events that match are these, or so many. */
  told(pattern: RegExp, wanted: readonly unknown[] | number): Promise<void>
}

/** For whatever is waited for: a busy machine needs half a minute to start a process. */
export const patience = { timeout: 90_000, interval: 20 }

/** Creates the namespace where it is missing, the target and the canary. */
export function givenRollout(
  { store }: EmbeddedCluster,
  { namespace, name = 'podinfo', spec = {}, metadata = {}, pod = {} }: RolloutOptions,
): Rollout {
  const home: ObjectRef = { apiVersion: 'v1', kind: 'Namespace', name: namespace }
  if (!store.get(home))
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const at = { namespace, name }
  const labels = { app: name }
  store.create(
    merged(deployment, {
      metadata: { ...at, labels },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
    }),
  )
  const targetRef = { name }
  store.create(
    merged(baseCanary, { metadata: { ...metadata, ...at }, spec: { targetRef, ...spec } }),
  )
  const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', ...at }
  const canary = () => store.get<CanaryResource>(ref)
  const events = () =>
    eventsOf(store.list({ apiVersion: 'v1', kind: 'Event' }, { namespace }), name)
  return {
    canary,
    setImage(image) {
      const target = { apiVersion: 'apps/v1', kind: 'Deployment', ...at }
      const containers = [{ name: 'podinfod', image }]
      store.patch(target, { spec: { template: { spec: { containers } } } }, { type: 'strategic' })
    },
    reaches: (status, timeout = patience.timeout) =>
      vi.waitFor(() => expect(canary()?.status, namespace).toMatchObject(status), {
        ...patience,
        timeout,
      }),
    events,
    hears: (pattern) => vi.waitFor(() => expect(events().join('\n')).toMatch(pattern), patience),
    told: (pattern, wanted) =>
      vi.waitFor(() => {
        const found = events().filter((event) => pattern.test(event))
        if (typeof wanted === 'number') expect(found).toHaveLength(wanted)
        else expect(found).toEqual(wanted)
      }, patience),
  }
}

interface EventObject extends KubeObject {
  type: string
  message: string
  involvedObject: { name: string }
}

function eventsOf(events: KubeObject[], name: string): string[] {
  return (events as EventObject[])
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ type, message }) => `${type} ${message}`)
}

export interface Outside {
  url: string
  /** What metrics and hooks answer; may be changed. */
  world: World
  requests: readonly StubRequest[]
}

/** Metrics and hooks that are well, until the end of the test. */
export async function givenOutside(world: Partial<World> = {}): Promise<Outside> {
  const whole: World = { metrics: { success: 100, '.*': 0.1 }, hooks: {}, ...world }
  const stub = await startStub(whole)
  onTestFinished(() => stub.close())
  return { url: stub.url, world: whole, requests: stub.requests }
}

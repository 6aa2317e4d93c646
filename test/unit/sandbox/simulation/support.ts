/** A cluster of nodes and controllers whose time is stepped by hand. */
import { onTestFinished } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import type { Store } from '../../../../src/sandbox/api/store.ts'
import {
  type DaemonSet,
  type Deployment,
  isReady,
  kindOf,
  type Pod,
  type ReplicaSet,
  type StatefulSet,
} from '../../../../src/sandbox/simulation/objects.ts'
import { simulateWorkloads } from '../../../../src/sandbox/simulation/workloads.ts'
import type { SimulationOptions } from '../../../../src/sandbox/simulation/world.ts'
import { type FakeClock, fakeClock } from '../../io/fake-clock.ts'
import { server } from '../api/support.ts'

export interface Simulated {
  store: Store
  clock: FakeClock
  step(seconds: number): void
  stop(): void
  deployment(name?: string): Deployment
  daemonSet(name?: string): DaemonSet
  statefulSet(name?: string): StatefulSet
  sets(): ReplicaSet[]
  pods(): Pod[]
  readyPods(): Pod[]
  /** The reason of a condition of the Deployment. */
  reason(type: string): string | undefined
}

export async function simulated(
  options: Partial<SimulationOptions> & { nodes?: string[] } = {},
): Promise<Simulated> {
  const { nodes = ['node-1', 'node-2', 'node-3'], ...rest } = options
  const clock = fakeClock()
  const { store } = await server({ now: () => clock.now() })
  for (const name of nodes) store.create(node(name))
  const simulation = simulateWorkloads(store, { clock, startupMs: 2_000, ...rest })
  onTestFinished(() => simulation.stop())
  const ref = (kind: { apiVersion: string; kind: string }, name: string) => ({
    ...kind,
    namespace: 'default',
    name,
  })
  const found = <T>(object: T | undefined): T => {
    if (!object) throw new Error('the object is not there')
    return object
  }
  const pods = () => store.list<Pod>(kindOf.pod)
  const deployment = (name = 'app') => found(store.get<Deployment>(ref(kindOf.deployment, name)))
  return {
    store,
    clock,
    stop: () => simulation.stop(),
    step: (seconds) => clock.step(seconds * 1_000),
    deployment,
    daemonSet: (name = 'app') => found(store.get<DaemonSet>(ref(kindOf.daemonSet, name))),
    statefulSet: (name = 'app') => found(store.get<StatefulSet>(ref(kindOf.statefulSet, name))),
    sets: () => store.list<ReplicaSet>(kindOf.replicaSet),
    pods,
    readyPods: () => pods().filter(isReady),
    reason: (type) => deployment().status?.conditions?.find((one) => one.type === type)?.reason,
  }
}

export function node(name: string, labels: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } }
}

const template = (image: string, labels: Record<string, string>) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'app', image }] },
})

export function deployment(
  spec: Partial<Deployment['spec']> & { image?: string } = {},
): Deployment {
  const { image = 'app:1', ...rest } = spec
  const labels = { app: 'app' }
  return {
    ...kindOf.deployment,
    metadata: { name: 'app', namespace: 'default' },
    spec: { selector: { matchLabels: labels }, template: template(image, labels), ...rest },
  }
}

export function daemonSet(spec: Partial<DaemonSet['spec']> & { image?: string } = {}): DaemonSet {
  const { image = 'app:1', ...rest } = spec
  const labels = { app: 'app' }
  return {
    ...kindOf.daemonSet,
    metadata: { name: 'app', namespace: 'default' },
    spec: { selector: { matchLabels: labels }, template: template(image, labels), ...rest },
  }
}

export function statefulSet(spec: Partial<StatefulSet['spec']> = {}): StatefulSet {
  const labels = { app: 'app' }
  return {
    ...kindOf.statefulSet,
    metadata: { name: 'app', namespace: 'default' },
    spec: { selector: { matchLabels: labels }, template: template('app:1', labels), ...spec },
  }
}

/** Changes the object in the cluster. */
export function edit<T extends KubeObject>(
  { store }: Simulated,
  object: T,
  change: (draft: T) => void,
): void {
  const { apiVersion, kind, metadata } = object
  const { name, namespace = 'default' } = metadata
  store.modify<T>({ apiVersion, kind, name, namespace }, change)
}

export function setImage(world: Simulated, image: string): void {
  edit(world, deployment(), ({ spec }) => {
    for (const container of spec.template.spec.containers) container.image = image
  })
}

export function images(pods: readonly Pod[]): string[] {
  return pods.map(({ spec }) => spec.containers[0]?.image ?? '').sort()
}

/** The controllers that a cluster runs: Deployments roll, pods start, autoscalers scale. */
import type { Clock } from '../../io/clock.ts'
import type { KubeObject } from '../../objects.ts'
import { refKey, refOf } from '../../objects.ts'
import type { Store } from '../api/store.ts'
import { scaleByAutoscaler } from './autoscalers.ts'
import { syncDaemonSet } from './daemonsets.ts'
import { syncDeployment } from './deployments.ts'
import { type DaemonSet, type Deployment, kindOf, type Pod } from './objects.ts'
import { startPod } from './pods.ts'

export interface SimulationOptions {
  clock: Clock
  /** Milliseconds from a pod's creation until it is ready. */
  startupMs: number
  /** Images that start but never become ready; a substring is enough. */
  brokenImages?: readonly string[]
}

export interface Simulation {
  stop(): void
}

/** Everything a part of the simulation works with. */
export interface World {
  store: Store
  options: SimulationOptions
  now(): Date
  /** Looks at an object again then, unless something looks earlier. */
  again(object: KubeObject, ms: number): void
}

/** Runs the controllers on a store until stopped; they react to changes, as the real ones do. */
export function simulateWorkloads(store: Store, options: SimulationOptions): Simulation {
  const { clock } = options
  const dirty = new Map<string, KubeObject>()
  const timers = new Map<string, () => void>()
  let cancel: (() => void) | undefined
  let stopped = false

  const world: World = {
    store,
    options,
    now: () => clock.now(),
    again(object, ms) {
      const key = refKey(refOf(object))
      timers.get(key)?.()
      const done = clock.after(ms, () => {
        timers.delete(key)
        mark(object)
      })
      timers.set(key, done)
    },
  }

  function mark(object: KubeObject): void {
    if (stopped || !(object.kind in syncs)) return
    dirty.set(refKey(refOf(object)), object)
    cancel ??= clock.after(0, run)
  }

  function run(): void {
    cancel = undefined
    const objects = [...dirty.values()]
    dirty.clear()
    for (const object of objects) {
      const current = store.get(refOf(object))
      if (current) syncs[object.kind]?.(current, world)
    }
  }

  const unwatch = store.watch(({ object }) => {
    mark(object)
    for (const owner of ownersIn(store, object)) mark(owner)
  })
  for (const kind of Object.values(kindOf)) for (const object of store.list(kind)) mark(object)

  return {
    stop() {
      stopped = true
      unwatch()
      cancel?.()
      for (const done of timers.values()) done()
    },
  }
}

/** What is to be looked at when an object of this kind changed. */
const syncs: Readonly<Record<string, (object: KubeObject, world: World) => void>> = {
  Deployment: (object, world) => syncDeployment(object as Deployment, world),
  DaemonSet: (object, world) => syncDaemonSet(object as DaemonSet, world),
  Pod: (object, world) => startPod(object as Pod, world),
  HorizontalPodAutoscaler: (object, world) => scaleByAutoscaler(object, world),
}

/** A pod's change concerns the workload above it, a Deployment's its autoscaler. */
function ownersIn(store: Store, object: KubeObject): KubeObject[] {
  const { namespace } = object.metadata
  const owners = (object.metadata.ownerReferences ?? []).flatMap(({ apiVersion, kind, name }) => {
    if (kind !== 'ReplicaSet' && kind !== 'Deployment' && kind !== 'DaemonSet') return []
    const owner = store.get({ apiVersion, kind, name, ...(namespace && { namespace }) })
    return owner ? [owner] : []
  })
  return owners.flatMap((owner) => (owner.kind === 'ReplicaSet' ? ownersIn(store, owner) : [owner]))
}

/** The controllers that a cluster runs: Deployments roll, pods start, autoscalers scale. */
import type { KubeObject } from '../../objects.ts'
import { refOf } from '../../objects.ts'
import type { Store, StoreEvent } from '../api/store.ts'
import { createAgenda } from './agenda.ts'
import { createChildren } from './children.ts'
import { scaleByAutoscaler } from './controllers/autoscalers.ts'
import { syncDaemonSet } from './controllers/daemonsets.ts'
import { syncDeployment } from './controllers/deployments.ts'
import { syncService } from './controllers/endpoint-slices.ts'
import { knativeKinds, syncKnativeService } from './controllers/knative.ts'
import { syncReplicaSet } from './controllers/replica-sets.ts'
import { syncScaledObject } from './controllers/scaled-objects.ts'
import { syncStatefulSet } from './controllers/statefulsets.ts'
import { createLabelIndex } from './label-index.ts'
import {
  type DaemonSet,
  type Deployment,
  type HorizontalPodAutoscaler,
  kindOf,
  type Pod,
  type ReplicaSet,
  type ScaledObject,
  type Service,
  type StatefulSet,
  scaledObjectKind,
} from './objects.ts'
import { startPod } from './pods.ts'
import type { SimulationOptions, World } from './world.ts'

export interface Simulation {
  /** Reacts to nothing any more. */
  stop(): void
}

/** Runs the controllers on a store until stopped; they react to changes, as the real ones do. */
export function simulateWorkloads(store: Store, options: SimulationOptions): Simulation {
  const { clock } = options
  const children = createChildren()
  const pods = createLabelIndex<Pod>(kindOf.pod, ({ metadata }) => metadata.labels ?? {})
  const services = createLabelIndex<Service>(kindOf.service, ({ spec }) => spec.selector ?? {})
  const agenda = createAgenda(clock, (object) => {
    const current = store.get(refOf(object))
    if (current) syncOf(current)?.(current, world)
  })
  const world: World = {
    store,
    children,
    podsWith: pods.with,
    options,
    now: () => clock.now(),
    again: agenda.later,
    nextAddress: createAddresses(),
  }

  function note(event: StoreEvent): void {
    const { object } = event
    // Whoever looks after the object sees what belongs to whom now.
    for (const index of [children, pods, services]) index.note(event)
    const { labels = {}, namespace = '' } = object.metadata
    const selecting = object.kind === 'Pod' ? services.with(namespace, labels) : []
    for (const one of [object, ...concerned(store, object), ...selecting])
      if (isSimulated(one)) agenda.soon(one)
  }

  for (const kind of Object.values(kindOf))
    for (const object of store.list(kind)) note({ type: 'ADDED', object })
  const unwatch = store.watch(note)
  return {
    stop() {
      unwatch()
      agenda.stop()
    },
  }
}

/** Gives each pod an address of its own. */
function createAddresses(): () => string {
  let given = 1
  return () => {
    given += 1
    return `10.244.${Math.floor(given / 250) % 250}.${given % 250}`
  }
}

/** Knative calls its own kind as the core's. */
function syncOf({ apiVersion, kind }: KubeObject) {
  const { service } = knativeKinds
  return apiVersion === service.apiVersion ? syncKnativeService : syncs[kind]
}

/** Who looks at an object of each kind. */
const syncs: Readonly<Record<string, (object: KubeObject, world: World) => void>> = {
  Deployment: (object, world) => syncDeployment(object as Deployment, world),
  ReplicaSet: (object, world) => syncReplicaSet(object as ReplicaSet, world),
  DaemonSet: (object, world) => syncDaemonSet(object as DaemonSet, world),
  StatefulSet: (object, world) => syncStatefulSet(object as StatefulSet, world),
  Pod: (object, world) => startPod(object as Pod, world),
  Service: (object, world) => syncService(object as Service, world),
  HorizontalPodAutoscaler: (object, world) => scaleByAutoscaler(object, world),
  ScaledObject: (object, world) => syncScaledObject(object, world),
}

/** False for kinds of other groups that happen to have the same name. */
function isSimulated(of: { apiVersion: string; kind: string }): boolean {
  return [...Object.values(kindOf), scaledObjectKind, knativeKinds.service].some(
    ({ apiVersion, kind }) => of.kind === kind && of.apiVersion === apiVersion,
  )
}

/** Other objects that a change concerns: what owns it, and what depends on it. */
function concerned(store: Store, object: KubeObject): KubeObject[] {
  const { namespace } = object.metadata
  if (object.kind === 'Node') return [...store.list(kindOf.pod), ...store.list(kindOf.daemonSet)]
  const autoscalers = autoscalersOf(store, object)
  const owners = (object.metadata.ownerReferences ?? []).flatMap(({ apiVersion, kind, name }) => {
    if (!isSimulated({ apiVersion, kind })) return []
    const owner = store.get({ apiVersion, kind, name, ...(namespace && { namespace }) })
    return owner ? [owner] : []
  })
  return [...owners, ...autoscalers]
}

/** Who scales a workload, if anybody does. */
function autoscalersOf(store: Store, { kind, metadata }: KubeObject): KubeObject[] {
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return []
  const { name, namespace = '' } = metadata
  const all = [
    ...store.list<HorizontalPodAutoscaler>(kindOf.autoscaler, { namespace }),
    ...(store.serves(scaledObjectKind)
      ? store.list<ScaledObject>(scaledObjectKind, { namespace })
      : []),
  ]
  return all.filter(({ spec }) => spec.scaleTargetRef.name === name)
}

/** How the steps are carried out, what a team has to begin with, and how all becomes well again. */
import type { KubeObject, ObjectRef } from '../../src/objects.ts'
import { kindOf } from '../../src/sandbox/simulation/objects.ts'
import { fair } from '../../src/sandbox/stepped/kube.ts'
import {
  alertProvider,
  autoscaler,
  autoscalerKinds,
  budget,
  budgetKind,
  type CanaryChoice,
  canary,
  canaryRef,
  config,
  configRef,
  gateway,
  home,
  ingress,
  serviceRef,
  target,
  twinRef,
} from './objects.ts'
import type { Step, Thing } from './steps.ts'
import { canaryIn, tell, type World } from './world.ts'

/** Takes a step, and lets what it leads to at once happen; `done` is called between the two. */
export async function take(
  world: World,
  step: Step,
  done: (world: World) => void = () => undefined,
): Promise<void> {
  tell(world, JSON.stringify(step))
  await act(world, step)
  done(world)
  await world.clock.pass(step.do === 'wait' ? step.seconds * 1_000 : 0)
}

async function act(world: World, step: Step): Promise<void> {
  const { store, outside, weather } = world
  switch (step.do) {
    case 'wait':
      return
    case 'image':
      return setImage(world, step.image)
    case 'config':
      return void (store.get(configRef('app-config')) && store.update(config(step.value)))
    case 'edit':
      world.canary = canary(editedChoice(world, step.choice))
      return editCanary(world, ({ spec, metadata }) => {
        const { spec: next, metadata: given } = world.canary as Edited
        for (const field of edited) spec[field] = next[field]
        metadata.annotations = { ...metadata.annotations, ...given.annotations }
      })
    case 'set':
      return editCanary(world, ({ spec }) => {
        spec[step.field] = step.to
      })
    case 'annotate':
      world.record.isOrdered = true
      return annotate(world, { [`flagger.app/${step.verb}`]: step.value })
    case 'resume':
      return annotate(world, { 'flagger.app/pause': null })
    case 'bounds':
      return setBounds(world, step.most)
    case 'twin':
      return void (store.get(twinRef) ?? store.create(twinOf(world)))
    case 'scale':
      return scale(world, step.replicas)
    case 'delete':
      for (const ref of refsOf(world, step.thing)) store.delete(ref)
      return
    case 'recreate':
      return recreate(world, step.thing)
    case 'kill pods':
      return killPods(world, step.of)
    case 'metrics':
      outside.metrics = step.answer
      return
    case 'gates':
      outside.gates = step.gates
      return
    case 'restart':
      return world.startProcess(step.flag === '' ? [] : [step.flag])
    case 'down':
      world.process()?.kill()
      await world.clock.pass(step.seconds * 1_000)
      return world.startProcess()
    case 'fault':
      Object.assign(weather, { how: step.how, failing: step.times })
      return
    case 'slow':
      Object.assign(weather, { requestMs: step.requestMs, watchMs: step.watchMs })
      return
    case 'drop watches':
      return world.process()?.dropWatches()
  }
}

const edited = ['provider', 'analysis', 'revertOnDeletion', 'autoscalerRef']

/** KEDA lets a target that nobody holds never rest: there the Canary always names it. */
function editedChoice({ choice }: World, next: CanaryChoice): CanaryChoice {
  const { kind, autoscaler: of } = choice
  const isDropped = of === 'hpa' && next.autoscaler === 'none'
  return { ...next, kind, autoscaler: isDropped ? 'none' : of }
}

function twinOf({ canary: of }: World): KubeObject {
  return { ...of, metadata: { name: twinRef.name, namespace: home } }
}

type Edited = KubeObject & { spec: { [field: string]: unknown } }

export function editCanary({ store }: World, change: (draft: Edited) => void): void {
  store.modify<Edited>(canaryRef, change)
}

export function annotate({ store }: World, annotations: object): void {
  if (store.get(canaryRef)) store.patch(canaryRef, { metadata: { annotations } }, { type: 'merge' })
}

export function setImage({ store, target: ref }: World, image: string): void {
  const containers = [{ name: 'app', image }]
  if (store.get(ref))
    store.patch(ref, { spec: { template: { spec: { containers } } } }, { type: 'strategic' })
}

function scale({ store, target: ref, choice }: World, replicas: number): void {
  if (choice.kind !== 'DaemonSet' && store.get(ref))
    store.patch(ref, { spec: { replicas } }, { type: 'merge' })
}

function setBounds(world: World, most: number): void {
  const { store, choice } = world
  const [ref] = refsOf(world, 'autoscaler')
  if (!ref || choice.autoscaler === 'none' || !store.get(ref)) return
  const spec = choice.autoscaler === 'hpa' ? { maxReplicas: most } : { maxReplicaCount: most }
  store.patch(ref, { spec }, { type: 'merge' })
}

function scalerRefs({ choice: { autoscaler: of } }: World, name: string): ObjectRef[] {
  return of === 'none' ? [] : [{ ...autoscalerKinds[of], namespace: home, name }]
}

function refsOf(world: World, thing: Thing): ObjectRef[] {
  const { store } = world
  const budgetRef = { ...budgetKind, namespace: home, name: 'app' }
  switch (thing) {
    case 'target':
      return [world.target]
    case 'primary':
      return [world.primary]
    case 'autoscaler':
      return scalerRefs(world, 'app')
    case 'budget':
      return [budgetRef]
    case 'copies':
      return [{ ...budgetRef, name: 'app-primary' }, ...scalerRefs(world, 'app-primary')]
    case 'twin':
      return [twinRef]
    case 'canary':
      return [canaryRef]
    case 'apex':
      return [serviceRef('app')]
    case 'services':
      return [serviceRef('app-primary'), serviceRef('app-canary')]
    case 'config':
      return [configRef('app-config')]
    default:
      return routingKinds.flatMap((kind) =>
        store
          .list(kind, { namespace: home })
          .filter(({ metadata }) => metadata.name !== 'front')
          .map(({ metadata: { name } }) => ({ ...kind, namespace: home, name })),
      )
  }
}

/** The kinds that the providers of the model route by. */
export const routingKinds: readonly { apiVersion: string; kind: string }[] = [
  { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService' },
  { apiVersion: 'networking.istio.io/v1beta1', kind: 'DestinationRule' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  { apiVersion: 'traefik.io/v1alpha1', kind: 'TraefikService' },
  { apiVersion: 'split.smi-spec.io/v1alpha1', kind: 'TrafficSplit' },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
]

function recreate(world: World, thing: string): void {
  const { store } = world
  const wanted = ofTeam(world)[thing]
  if (wanted && !store.get({ ...wanted, namespace: home, name: wanted.metadata.name }))
    store.create(wanted)
}

/** What a team makes by itself. */
function ofTeam({ choice: { kind, autoscaler: of }, canary: wanted }: World) {
  const made: Record<string, KubeObject> = {
    config: config('1'),
    target: target(kind, 'a'),
    budget: budget(),
    ...(of !== 'none' && { autoscaler: autoscaler(of, kind, 4) }),
    canary: wanted,
  }
  return made
}

/** All at once, as where their node goes: they are made anew. */
export function killPods({ store }: World, of: 'target' | 'primary'): void {
  const app = of === 'target' ? 'app' : 'app-primary'
  for (const { metadata } of store.list(kindOf.pod, { namespace: home }))
    if (metadata.labels?.app === app)
      store.delete({ ...kindOf.pod, namespace: home, name: metadata.name })
}

/** What a team has before it has a Canary, and then that. */
export function furnish(world: World): void {
  const { store } = world
  const things = [ingress(), gateway(), alertProvider(), ...Object.values(ofTeam(world))]
  for (const object of things) store.create(object)
}

/** The world is well, nobody holds anything back, and what a team has is all there. */
export async function heal(world: World): Promise<void> {
  const { store, weather, outside, clock } = world
  Object.assign(weather, fair)
  Object.assign(outside, { metrics: 'true', gates: [] })
  world.startProcess()
  const annotations = canaryIn(world)?.metadata.annotations ?? {}
  const orders = Object.keys(annotations).filter((key) => key.startsWith('flagger.app/'))
  annotate(world, Object.fromEntries(orders.map((key) => [key, null])))
  editCanary(world, ({ spec }) => {
    Object.assign(spec, { suspend: false, skipAnalysis: false })
  })
  store.delete(twinRef)
  for (const thing of ['config', 'target', 'budget', 'autoscaler']) recreate(world, thing)
  if (store.get(canaryRef)?.metadata.deletionTimestamp) {
    // A Canary that hands back goes once its target can serve.
    setImage(world, 'a')
    await clock.pass(600_000)
  }
  recreate(world, 'canary')
  await clock.pass(600_000)
  await helpUp(world)
}

/** Without a primary nobody knows what is good: a person says so, as the Canary's events ask. */
async function helpUp(world: World): Promise<void> {
  if (world.store.get(world.primary)) return
  annotate(world, { 'flagger.app/reset': 'true' })
  await world.clock.pass(600_000)
}

/** Does what a step decided, one effect after the other. */
import { isDeepStrictEqual } from 'node:util'
import type { Effect, StatusChange } from '../../src/analysis/decision.ts'
import { finalizer } from '../../src/analysis/rules/deletion.ts'
import type { CanaryResource, CanaryStatus, ControllerSettings } from '../../src/canary/api.gen.ts'
import { parseCanary } from '../../src/canary/canary.ts'
import { fitStatus } from '../../src/canary/status.ts'
import type { KubeObject, Restoration } from '../../src/objects.ts'
import { restoreServices } from '../../src/routers/services/services.ts'
import { canaryRef, isConflict } from '../observe/observe.ts'
import { withSizeKept } from '../observe/size-writers.ts'
import type { Deps, Memory } from '../process/deps.ts'
import { callHooks } from './check.ts'
import { droppedFrom, withDropped } from './dropped.ts'
import { isUrgent } from './interrupt.ts'
import type { Scene } from './scene.ts'
import { createDryWriter, createWriter, type Writer } from './write.ts'
import { isMove, write } from './write-objects.ts'

export interface Performance {
  /** Kinds of the effects that changed something, for the log. */
  changed: string[]
}

/** Name, version and flags, as the status and the plugin show the controller. */
export interface Identity {
  controller: string
  settings: ControllerSettings
}

/** Performs effects in order; the first that fails ends it, and the next tick sees what is left. */
export async function perform(
  effects: readonly Effect[],
  scene: Scene,
  of: { deps: Deps; memory: Memory; identity: Identity },
): Promise<Performance> {
  const { deps, memory } = of
  const writer = deps.settings.dryRun
    ? createDryWriter(deps, scene.snapshot)
    : createWriter(deps, scene.snapshot, memory, (message) => warn(scene, deps, message))
  const changed: string[] = []
  let current = scene
  for (const effect of effects) {
    const act = { effect, scene: current, writer, ...of }
    const next = await one(act)
    if (next.changed) changed.push(effect.kind)
    current = next.scene
  }
  return { changed }
}

function warn({ seen }: Scene, { teller }: Deps, message: string): void {
  const { phase = '' } = seen.canary.status
  teller.event(seen.canary, { type: 'Warning', message, phase })
}

interface Act {
  effect: Effect
  scene: Scene
  writer: Writer
  deps: Deps
  memory: Memory
  identity: Identity
}

interface Outcome {
  scene: Scene
  changed: boolean
}

async function one(act: Act): Promise<Outcome> {
  const { effect, scene, writer, deps } = act
  switch (effect.kind) {
    case 'status':
      return writeStatus(act, effect.change)
    case 'clear-requests':
    case 'finalizer':
      return writeMetadata(act, effect)
    case 'restore':
      return { scene, changed: await restore(effect.what, scene, writer) }
    case 'event':
    case 'report':
    case 'alert':
    case 'call':
    case 'finished':
      return { scene, changed: await tell(act, effect) }
    case 'promote':
      return { scene, changed: await write(effect, await withSizeKept(scene, deps), writer) }
    case 'route': {
      const changed = await write(effect, scene, writer)
      if (changed && isMove(effect.routes, scene)) act.memory.routed = effect.routes
      return { scene, changed }
    }
    default:
      return { scene, changed: await write(effect, scene, writer) }
  }
}

async function applyAll(objects: readonly KubeObject[], writer: Writer): Promise<boolean> {
  let changed = false
  for (const object of objects) changed = (await writer.apply(object)) || changed
  return changed
}

/** The status in one write; what the change says undefined is removed. */
async function writeStatus(act: Act, change: StatusChange): Promise<Outcome> {
  const { scene, deps, memory, identity } = act
  const { canary } = scene.seen
  const before = canary.status
  const counters = { phase: '', failedChecks: 0, canaryWeight: 0, iterations: 0 } as const
  const { controller, settings: controllerSettings } = identity
  const all = { ...counters, ...before, ...change, controller, controllerSettings }
  const present = Object.entries(all).filter(([, value]) => value !== undefined)
  const status = fitStatus(Object.fromEntries(present) as CanaryStatus)
  if (isDeepStrictEqual(status, before)) return { scene, changed: false }
  const written = await putStatus(act, status)
  memory.dropped = droppedFrom(status, written.status)
  if (change.phase !== undefined) deps.metrics.phase(canary, change.phase)
  return { scene: withCanary(act, written), changed: true }
}

/** Somebody may edit what the step does not depend on faster than it can be looked at again. */
const mostRewrites = 3

/**
 * Writes the status, and where the Canary was written meanwhile writes it again, as long as what
 * was decided still holds: spec and status as seen, and nobody asks for anything else.
 */
async function putStatus(act: Act, status: CanaryStatus): Promise<CanaryResource> {
  const { scene, writer, deps } = act
  const ref = canaryRef(scene.key)
  let resource = scene.snapshot.find<CanaryResource>(ref) ?? scene.seen.canary.resource
  for (let rewrites = 0; ; rewrites++) {
    try {
      return await writer.status({ ...resource, status })
    } catch (error) {
      if (!isConflict(error) || rewrites === mostRewrites) throw error
      const fresh = await deps.kube.get<CanaryResource>(ref, deps.signal)
      if (!fresh || !isSameStep(fresh, resource) || isUrgent(fresh, scene.seen)) throw error
      resource = fresh
    }
  }
}

function isSameStep(fresh: CanaryResource, seen: CanaryResource): boolean {
  const isAsSpecified = fresh.metadata.generation === seen.metadata.generation
  return isAsSpecified && isDeepStrictEqual(fresh.status, seen.status)
}

function withCanary({ scene, deps, memory }: Act, resource: CanaryResource): Scene {
  const { canary } = parseCanary(withDropped(resource, memory.dropped), deps.settings.defaults)
  return {
    ...scene,
    seen: { ...scene.seen, canary },
    routerContext: { ...scene.routerContext, canary },
    workloadContext: { ...scene.workloadContext, canary },
  }
}

async function writeMetadata(
  act: Act,
  effect: Extract<Effect, { kind: 'clear-requests' | 'finalizer' }>,
): Promise<Outcome> {
  const { scene, writer } = act
  const { metadata } = scene.seen.canary
  const { resourceVersion } = metadata
  const change =
    effect.kind === 'finalizer'
      ? { finalizers: finalizersAfter(metadata.finalizers ?? [], effect.present) }
      : { annotations: Object.fromEntries(effect.annotations.map((key) => [key, null])) }
  const body = { metadata: { ...change, resourceVersion } }
  const written = await writer.patch<CanaryResource>(canaryRef(scene.key), body)
  return { scene: withCanary(act, written), changed: true }
}

function finalizersAfter(before: readonly string[], present: boolean): string[] {
  const others = before.filter((name) => name !== finalizer)
  return present ? [...others, finalizer] : others
}

async function restore(
  what: 'workload' | 'routes',
  scene: Scene,
  writer: Writer,
): Promise<boolean> {
  const restorations: Restoration[] =
    what === 'workload'
      ? [scene.workload.restore(scene.workloadContext)]
      : [restoreServices(scene.routerContext), scene.router.restore(scene.routerContext)]
  let changed = false
  for (const { write, remove } of restorations) {
    changed = (await applyAll(write, writer)) || changed
    for (const ref of remove) await writer.remove(ref)
    changed ||= remove.length > 0
  }
  return changed
}

type ToldEffect = Extract<Effect, { kind: 'event' | 'report' | 'alert' | 'call' | 'finished' }>

async function tell({ scene, deps, memory }: Act, effect: ToldEffect): Promise<boolean> {
  const { canary } = scene.seen
  switch (effect.kind) {
    case 'event':
      deps.teller.event(canary, effect)
      return true
    case 'report':
      return reportOnce(scene, effect, { deps, memory })
    case 'alert':
      deps.teller.alert(canary, effect)
      return true
    case 'finished':
      deps.metrics.finished(canary, effect.result)
      return true
    default:
      await deps.outside(() => callHooks(effect, canary, deps))
      return true
  }
}

function reportOnce(
  { seen, nowMs }: Scene,
  effect: Extract<Effect, { kind: 'report' }>,
  { deps, memory }: { deps: Deps; memory: Memory },
): boolean {
  const isNews = memory.said.isNews(effect, nowMs)
  if (isNews) deps.teller.event(seen.canary, effect)
  return isNews
}

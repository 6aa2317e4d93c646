/** Does what a step decided, one effect after the other. */
import type { Effect } from '../../src/analysis/decision.ts'
import type { Canary } from '../../src/canary/canary.ts'
import { KubeError } from '../../src/errors.ts'
import type { KubeObject, Restoration } from '../../src/objects.ts'
import { restoreServices } from '../../src/routers/services/services.ts'
import { withSizeKept } from '../observe/beside/size-writers.ts'
import { formerRestorations } from '../observe/former.ts'
import { isConflict } from '../observe/observe.ts'
import type { Deps, Memory } from '../process/deps.ts'
import { scale } from '../writing/scale.ts'
import { createDryWriter, createWriter, type Writer } from '../writing/write.ts'
import { isMove, write } from '../writing/write-objects.ts'
import { type Identity, isOfCanary, onCanary, type Stage } from './on-canary.ts'
import type { Scene } from './scene.ts'

export interface Performance {
  /** Kinds of the effects that changed something, for the log. */
  changed: string[]
}

/** Performs effects in order; the first that fails ends it, and the next tick sees what is left. */
export async function perform(
  effects: readonly Effect[],
  scene: Scene,
  of: { deps: Deps; memory: Memory; identity: Identity },
): Promise<Performance> {
  const writer = writerFor(scene, of)
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

/** What a canary that can't be worked on still gets: its status, and answers. */
export async function performOnCanary(
  effects: readonly Effect[],
  stage: Stage,
  of: { deps: Deps; memory: Memory; identity: Identity },
): Promise<void> {
  const writer = writerFor(stage, of)
  let scene = stage
  for (const effect of effects.filter(isOfCanary)) {
    const { canary } = await onCanary(effect, { scene, writer, ...of })
    scene = { ...scene, seen: { ...scene.seen, canary } }
  }
}

function writerFor(stage: Stage, { deps, memory }: { deps: Deps; memory: Memory }): Writer {
  return deps.settings.dryRun
    ? createDryWriter(deps, stage.snapshot)
    : createWriter(deps, stage.snapshot, memory, (message) => warn(stage, deps, message))
}

function warn({ seen }: Stage, { teller }: Deps, message: string): void {
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
  if (isOfCanary(effect)) {
    const { changed, canary } = await onCanary(effect, act)
    return { changed, scene: canary === scene.seen.canary ? scene : withCanary(scene, canary) }
  }
  switch (effect.kind) {
    case 'restore':
      return { scene, changed: await restore(effect.what, scene, writer) }
    case 'initialize': {
      const changed = await write(effect, scene, writer)
      return { scene, changed: (await protect(act)) || changed }
    }
    case 'promote':
      return { scene, changed: await write(effect, await withSizeKept(scene, deps), writer) }
    case 'route': {
      const changed = await write(effect, scene, writer)
      if (changed && isMove(effect.routes, scene)) act.memory.routed = effect.routes
      return { scene, changed }
    }
    case 'scale':
      return { scene, changed: await scale(effect, act) }
    default:
      return { scene, changed: await write(effect, scene, writer) }
  }
}

function withCanary(scene: Scene, canary: Canary): Scene {
  return {
    ...scene,
    seen: { ...scene.seen, canary },
    routerContext: { ...scene.routerContext, canary },
    workloadContext: { ...scene.workloadContext, canary },
  }
}

async function applyAll(objects: readonly KubeObject[], writer: Writer): Promise<boolean> {
  let changed = false
  for (const object of objects) changed = (await writer.apply(object)) || changed
  return changed
}

/** Budgets help who drains nodes: what the server refuses of them holds no canary up. */
async function protect({ scene, writer, deps }: Act): Promise<boolean> {
  const { workload, workloadContext, budgets, seen } = scene
  if (!budgets || !workload.protect) return false
  try {
    return await carryOut(workload.protect(workloadContext, budgets), writer)
  } catch (error) {
    if (!(error instanceof KubeError) || isConflict(error) || deps.signal.aborted) throw error
    const canary = seen.canary.label
    deps.log.warn({ canary, error: error.message }, 'the budget of the primary was not written')
    return false
  }
}

type Restored = Extract<Effect, { kind: 'restore' }>['what']

const restorations: Readonly<Record<Restored, (scene: Scene) => Restoration[]>> = {
  workload: ({ workload, workloadContext }) => [workload.restore(workloadContext)],
  routes: ({ router, routerContext }) => [
    restoreServices(routerContext),
    router.restore(routerContext),
  ],
  former: formerRestorations,
}

async function restore(what: Restored, scene: Scene, writer: Writer): Promise<boolean> {
  let changed = false
  for (const restoration of restorations[what](scene))
    changed = (await carryOut(restoration, writer)) || changed
  return changed
}

async function carryOut({ write, remove }: Restoration, writer: Writer): Promise<boolean> {
  const changed = await applyAll(write, writer)
  for (const ref of remove) await writer.remove(ref)
  return changed || remove.length > 0
}

/** The objects that an effect is about, and what of them must not be left to others. */
import type { Effect } from '../../src/analysis/decision.ts'
import { inherited } from '../../src/canary/names/ownership.ts'
import { InvalidSpecError } from '../../src/errors.ts'
import type { KubeObject } from '../../src/objects.ts'
import { leadsRequests, movesTraffic } from '../../src/routers/derived/traffic-fields.ts'
import type { Routes } from '../../src/routers/router.ts'
import { apexService, podServices } from '../../src/routers/services/services.ts'
import { refusedScaler } from '../../src/scalers/index.ts'
import type { Field } from '../../src/writes/fields.ts'
import type { Scene } from '../tick/scene.ts'
import type { Writer } from './write.ts'

/** Whether users are sent elsewhere than they were seen to go, rather than kept there. */
export function isMove(wanted: Routes, { seen: { routes } }: Scene): boolean {
  return routes !== undefined && 'canary' in routes && routes.canary !== wanted.canary
}

/** An effect that is about objects. */
export type WriteEffect = Extract<
  Effect,
  {
    kind:
      | 'services'
      | 'initialize'
      | 'autoscaler'
      | 'hold-autoscaler'
      | 'route'
      | 'promote'
      | 'scale'
      | 'resize'
  }
>

/** The objects that an effect wants to see; equal to what is there where nothing has to change. */
function desired(effect: WriteEffect, scene: Scene): KubeObject[] {
  const { routerContext, workloadContext, router, workload, scaler } = scene
  switch (effect.kind) {
    case 'services':
      return effect.which === 'apex' ? apexService(routerContext) : podServices(routerContext)
    case 'initialize':
      return workload.initialize(workloadContext)
    case 'promote':
      return workload.promote(workloadContext)
    case 'scale':
      return workload.scale(workloadContext, effect.to)
    case 'resize':
      return workload.resize(workloadContext, effect.replicas)
    case 'autoscaler':
      assertScaler(scene)
      return scaler?.primary(workloadContext, effect.follow) ?? []
    case 'hold-autoscaler':
      return scaler?.hold(workloadContext, effect.held) ?? []
    default:
      return router.render(routerContext, effect.routes)
  }
}

/** Writes what the effect wants to see; whether anything changed. */
export async function write(effect: WriteEffect, scene: Scene, writer: Writer): Promise<boolean> {
  let changed = false
  for (const object of owned(desired(effect, scene), scene)) {
    const isCritical = (field: Field) => isHeldFor(effect, scene, { object, field })
    changed = (await writer.apply(object, isCritical)) || changed
  }
  return changed
}

/** Fields that can't be left to another writer without a word: the step would not be what it is. */
function isHeldFor(
  { kind }: WriteEffect,
  { router, routerContext: context }: Scene,
  { object, field }: { object: KubeObject; field: Field },
): boolean {
  if (kind === 'route') return movesTraffic({ router, context }, object, field)
  if (kind === 'services') return leadsRequests(field)
  const isWhole = kind === 'initialize' || kind === 'promote'
  return isWhole && field.path[0] !== 'metadata'
}

/** What an earlier canary of this name left behind is taken over before it is removed. */
function owned(objects: readonly KubeObject[], { seen }: Scene): KubeObject[] {
  return objects.map((object) => inherited(object, seen.canary))
}

function assertScaler({ seen }: Scene): void {
  const why = refusedScaler(seen.canary)
  if (why !== undefined) throw new InvalidSpecError(why)
}

/** Effects on the Canary itself and on those who hear of it: they need none of its other objects. */
import { isDeepStrictEqual } from 'node:util'
import type { Effect, StatusChange } from '../../src/analysis/decision.ts'
import { finalizer } from '../../src/analysis/rules/deletion.ts'
import type { CanaryResource, CanaryStatus, ControllerSettings } from '../../src/canary/api.gen.ts'
import { type Canary, parseCanary } from '../../src/canary/canary.ts'
import { fitStatus } from '../../src/canary/status/limits.ts'
import { withOriginalHashes } from '../../src/canary/status/original-hashes.ts'
import { noted, servedBy } from '../../src/canary/status/served-by.ts'
import { callHooks } from '../asking/check.ts'
import { isUrgent } from '../asking/interrupt.ts'
import { canaryRef } from '../observe/observe.ts'
import type { Deps, Memory } from '../process/deps.ts'
import { droppedFrom, withDropped } from '../writing/dropped.ts'
import { rewriting } from '../writing/rewrite.ts'
import type { Writer } from '../writing/write.ts'
import type { Scene } from './scene.ts'

/** Name, version and flags, as the status and the plugin show the controller. */
export interface Identity {
  controller: string
  settings: ControllerSettings
}

/** As much of a scene as there is of a canary that can't be worked on. */
export interface Stage extends Pick<Scene, 'key' | 'nowMs' | 'snapshot'> {
  seen: Pick<Scene['seen'], 'canary' | 'requests'>
}

const kinds = [
  'status',
  'clear-requests',
  'finalizer',
  'event',
  'report',
  'alert',
  'call',
  'finished',
] as const

export type CanaryEffect = Extract<Effect, { kind: (typeof kinds)[number] }>

/** Whether an effect is one of those. */
export function isOfCanary(effect: Effect): effect is CanaryEffect {
  return kinds.some((kind) => kind === effect.kind)
}

export interface CanaryAct {
  scene: Stage
  writer: Writer
  deps: Deps
  memory: Memory
  identity: Identity
}

/** Performs one; tells whether it changed anything, and the Canary as it is now. */
export async function onCanary(
  effect: CanaryEffect,
  act: CanaryAct,
): Promise<{ changed: boolean; canary: Canary }> {
  const { canary } = act.scene.seen
  if (effect.kind === 'clear-requests' || effect.kind === 'finalizer')
    return { changed: true, canary: await writeMetadata(act, effect) }
  if (effect.kind !== 'status') return { changed: await tell(act, effect), canary }
  const written = await writeStatus(act, effect.change)
  return { changed: written !== undefined, canary: written ?? canary }
}

/** The status in one write; what the change says undefined is removed. Undefined where nothing differs. */
async function writeStatus(act: CanaryAct, change: StatusChange): Promise<Canary | undefined> {
  const { scene, deps, memory, identity } = act
  const { canary } = scene.seen
  const before = canary.status
  const counters = { phase: '', failedChecks: 0, canaryWeight: 0, iterations: 0 } as const
  const { controller, settings: controllerSettings } = identity
  // What else served it is noted until that is gone.
  const serving = { ...before, servedBy: noted(canary) ?? servedBy(canary) }
  const all = { ...counters, ...serving, ...change, controller, controllerSettings }
  const present = Object.entries(all).filter(([, value]) => value !== undefined)
  const status = fitStatus(Object.fromEntries(present) as CanaryStatus)
  if (isDeepStrictEqual(status, before)) return undefined
  const { sent, written } = await storeStatus(act, status)
  memory.dropped = droppedFrom(sent, written.status)
  deps.tellDropped(memory.dropped)
  if (change.phase !== undefined) deps.metrics.phase(canary, change.phase)
  return parsed(act, written)
}

/**
 * Flagger's hashes stay for the way back only where ours have room beside them: without, each
 * start would take the canary over anew.
 */
async function storeStatus(act: CanaryAct, status: CanaryStatus) {
  const { resource } = act.scene.seen.canary
  const sent = withOriginalHashes(status, resource.status ?? {})
  const written = await putStatus(act, sent)
  if (sent === status || written.status?.revisions) return { sent, written }
  return { sent: status, written: await putStatus(act, status, written) }
}

/**
 * Writes the status, and where the Canary was written meanwhile writes it again, as long as what
 * was decided still holds: spec and status as seen, and nobody asks for anything else.
 */
async function putStatus(
  { scene, writer, deps }: CanaryAct,
  status: CanaryStatus,
  written?: CanaryResource,
): Promise<CanaryResource> {
  const ref = canaryRef(scene.key)
  const found = scene.snapshot.find<CanaryResource>(ref) ?? scene.seen.canary.resource
  let resource = written ?? found
  return rewriting(
    () => writer.status({ ...resource, status }),
    async () => {
      const fresh = await deps.kube.get<CanaryResource>(ref, deps.signal)
      if (!fresh || !isSameStep(fresh, resource) || isUrgent(fresh, scene.seen)) return false
      resource = fresh
      return true
    },
  )
}

function isSameStep(fresh: CanaryResource, seen: CanaryResource): boolean {
  const isAsSpecified = fresh.metadata.generation === seen.metadata.generation
  return isAsSpecified && isDeepStrictEqual(fresh.status, seen.status)
}

function parsed({ deps, memory }: CanaryAct, resource: CanaryResource): Canary {
  return parseCanary(withDropped(resource, memory.dropped), deps.settings.defaults).canary
}

async function writeMetadata(
  act: CanaryAct,
  effect: Extract<Effect, { kind: 'clear-requests' | 'finalizer' }>,
): Promise<Canary> {
  const { scene, writer } = act
  const { metadata } = scene.seen.canary
  const { resourceVersion } = metadata
  const change =
    effect.kind === 'finalizer'
      ? { finalizers: finalizersAfter(metadata.finalizers ?? [], effect.present) }
      : { annotations: Object.fromEntries(effect.annotations.map((key) => [key, null])) }
  const body = { metadata: { ...change, resourceVersion } }
  const written = await writer.patch<CanaryResource>(canaryRef(scene.key), body)
  return parsed(act, written)
}

function finalizersAfter(before: readonly string[], present: boolean): string[] {
  const others = before.filter((name) => name !== finalizer)
  return present ? [...others, finalizer] : others
}

type ToldEffect = Extract<Effect, { kind: 'event' | 'report' | 'alert' | 'call' | 'finished' }>

async function tell({ scene, deps, memory }: CanaryAct, effect: ToldEffect): Promise<boolean> {
  const { canary } = scene.seen
  switch (effect.kind) {
    case 'event':
      deps.teller.event(canary, effect)
      return true
    case 'report':
      return reportOnce(scene, effect, { deps, memory })
    case 'alert':
      deps.teller.alert(canary, effect, {
        correspondence: memory.correspondence,
        // Where the definition drops the field, nobody would find it there.
        isKept: !Object.hasOwn(memory.dropped, 'alerting'),
        wake: deps.wake,
      })
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
  { seen, nowMs }: Stage,
  effect: Extract<Effect, { kind: 'report' }>,
  { deps, memory }: { deps: Deps; memory: Memory },
): boolean {
  const isNews = memory.said.isNews(effect, nowMs)
  if (isNews) deps.teller.event(seen.canary, effect)
  return isNews
}

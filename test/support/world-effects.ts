/** What the effects of a decision do to the simulated world. */
import type { Effect, StatusChange } from '../../src/analysis/decision.ts'
import type { CanaryStatus } from '../../src/canary/api.gen.ts'
import { flaggerStatus } from './flagger-status.ts'
import { statusOf, type World } from './world.ts'
import { writeMesh } from './world-mesh.ts'

/** False when the effect is refused, which ends the step. */
export function apply(world: World, effect: Effect): boolean {
  if (effect.kind === 'initialize' && isUnverified(world)) {
    world.log.events.push('W checkout-primary.shop is gone')
    return false
  }
  if (effect.kind === 'services' && world.serviceTrouble) return false
  assertServed(world, effect)
  if (effect.kind === 'route' && !writeMesh(world, effect.routes)) return false
  carryOut(world, effect)
  return true
}

/** No request is led to a canary without pods, and no pod is taken away from requests. */
function assertServed({ abilities, sizing, routes, target }: World, effect: Effect): void {
  // Plain Kubernetes moves nobody, and some autoscalers bring the pods when requests come.
  if (!abilities.weights || sizing?.mayRest.target) return
  const share = routes?.canary ?? 0
  if (effect.kind === 'scale' && effect.to === 'zero' && share > 0)
    throw new Error(`scaled to zero with ${share} % of the traffic`)
  if (effect.kind === 'route' && effect.routes.canary > share && target.replicas === 0)
    throw new Error(`${effect.routes.canary} % of the traffic to a canary without pods`)
}

/** A primary that is missing after the initialization is only made from what was promoted. */
function isUnverified(world: World): boolean {
  const { phase = '', lastPromotedSpec } = statusOf(world)
  if (world.primary || ['', 'Initializing', 'Initialized'].includes(phase)) return false
  return lastPromotedSpec !== `v2:${world.target.revision}`
}

function carryOut(world: World, effect: Effect): void {
  switch (effect.kind) {
    case 'route':
      if (!world.abilities.weights) return
      if (JSON.stringify(world.routes) !== JSON.stringify(effect.routes)) {
        world.log.routes.push(effect.routes)
        world.routedAt = world.now
        world.routesWriter = undefined
      }
      world.routes = structuredClone(effect.routes)
      return
    case 'status':
      writeStatus(world, effect.change)
      return
    case 'event':
      world.log.events.push(`${effect.type.charAt(0)} ${effect.message}`)
      return
    case 'report':
      if (!world.reported.includes(effect.message))
        world.log.events.push(`${effect.type.charAt(0)} ${effect.message}`)
      return
    case 'alert':
      world.log.alerts.push(`${effect.severity} ${effect.message}`)
      return
    case 'call':
      world.log.calls.push(`${effect.type} ${effect.phase}`)
      return
    default:
      applyToObjects(world, effect)
      return
  }
}

function applyToObjects(world: World, effect: Effect): void {
  switch (effect.kind) {
    case 'initialize':
      world.primary ??= copyOfTarget(world)
      return
    case 'promote':
      promote(world)
      return
    case 'resize':
      if (world.primary) world.primary.replicas = effect.replicas
      return
    case 'scale':
      scale(world, effect.to === 'zero' ? 0 : Math.max(1, world.primary?.replicas ?? 1))
      return
    case 'hold-autoscaler':
      world.autoscalerHeld = effect.held
      return
    case 'clear-requests':
      clear(world, effect.annotations)
      return
    case 'finalizer':
      setFinalizer(world, effect.present)
      return
    case 'restore':
      if (effect.what === 'workload') scale(world, world.primary?.replicas ?? 1)
      else world.routes = undefined
  }
}

function writeStatus(world: World, change: StatusChange): void {
  if (!world.resource) return
  const merged = { ...statusOf(world), ...change }
  const kept = Object.entries(merged).filter(
    ([field, value]) =>
      value !== undefined && (!world.prunes || flaggerStatus.some((name) => name === field)),
  )
  // As JSON, like the API server keeps it: fields with undefined values are gone.
  const status: CanaryStatus = JSON.parse(JSON.stringify(Object.fromEntries(kept)))
  if (status.phase !== undefined && status.phase !== statusOf(world).phase)
    world.log.phases.push(status.phase)
  world.resource = { ...world.resource, status }
}

function readyAt({ now, startupMs }: World): Date {
  return new Date(now.getTime() + startupMs)
}

function copyOfTarget(world: World) {
  const { target, configs } = world
  const run = statusOf(world).canaryAnalysis?.runId
  return { revision: target.revision, configs, replicas: 2, readyAt: readyAt(world), run }
}

function promote(world: World): void {
  const copy = copyOfTarget(world)
  const { primary } = world
  const is = JSON.stringify([primary?.revision, primary?.configs, primary?.run])
  if (is !== JSON.stringify([copy.revision, copy.configs, copy.run])) world.primary = copy
}

function scale(world: World, replicas: number): void {
  const { target } = world
  if (replicas > target.replicas) target.readyAt = readyAt(world)
  target.replicas = replicas
}

function clear({ resource }: World, annotations: string[]): void {
  if (!resource?.metadata.annotations) return
  const left = Object.entries(resource.metadata.annotations)
  resource.metadata.annotations = Object.fromEntries(
    left.filter(([key]) => !annotations.includes(key)),
  )
}

function setFinalizer(world: World, present: boolean): void {
  const { resource } = world
  if (!resource) return
  const metadata: { finalizers?: string[]; deletionTimestamp?: string } = resource.metadata
  metadata.finalizers = present ? ['finalizer.flagger.app'] : []
  if (!present && metadata.deletionTimestamp !== undefined) world.resource = undefined
}

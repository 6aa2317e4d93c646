/**
 * A small simulated world around the analysis: one canary, its two workloads, its routes, hooks
 * and metrics, and a clock. Every step that it takes is held to what must always be true.
 */
import type { Effect, Fault, HookType } from '../../src/analysis/decision.ts'
import type { CanaryStatus, WebhookType } from '../../src/canary/api.gen.ts'
import type { Abilities, Routes } from '../../src/routers/router.ts'
import type { Sizing } from '../../src/workloads/workload.ts'
import type { CanaryOverrides } from './observation.ts'
import { meshAbilities, noon, stored } from './observation.ts'
import { decided, observe } from './world-decision.ts'
import { apply } from './world-effects.ts'
import type { Mesh } from './world-mesh.ts'
import type { Pods } from './world-workload.ts'

export interface World {
  now: Date
  /** The Canary as it is stored; undefined once it is gone. */
  resource: ReturnType<typeof stored> | undefined
  target: Pods
  primary: Pods | undefined
  configs: Record<string, string> | undefined
  routes: Routes | undefined
  /** Who else set them, as managedFields tells; the next write of ours takes them back. */
  routesWriter: string | undefined
  unreadable: string | undefined
  /** Holds the routes in real routing objects; undefined where the bare routes do. */
  mesh: Mesh | undefined
  abilities: Abilities
  /** What is seen to be wrong with the Canary before there is traffic. */
  faults: Fault[]
  /** How long new pods take to become ready. */
  startupMs: number
  /** Revisions whose pods exceed their deadline instead. */
  broken: string[]
  /** The same for primary pods alone. */
  brokenPrimary: string[]
  /** Hook types that answer with a failure; `rollback` fails unless it is in `opened`. */
  closed: HookType[]
  opened: HookType[]
  /** What a closed hook answers, and whether it can't even be asked. */
  why: string
  isBroken: boolean
  /** For how long a closed hook asks not to be asked again. */
  askAgainMs: number
  /** Services can't be written, which ends a step where it gets to them. */
  serviceTrouble: boolean
  /** What the metric check complains about; undefined while all is well. */
  failing: string | undefined
  /** The metric has no value until the routes have been as they are for so long. */
  windowMs: number
  routedAt: Date
  /** Once the primary has a new revision the metric of the old one is gone. */
  failsOncePromoted: boolean
  /** An admission webhook changes what is copied: the primary never is what was written. */
  altersCopies: boolean
  /** Flagger's own definitions are installed: the API server drops the fields they lack. */
  prunes: boolean
  autoscalerHeld: boolean
  /** What an autoscaler of the canary makes of the sizes. */
  sizing: Sizing | undefined
  lastStepAt: Date | undefined
  startedAt: Date
  wakeAt: Date | undefined
  /** What was said in the last look, and is not repeated. */
  reported: string[]
  letters: number
  /** The process dies right after so many effects that changed something, once, and starts anew. */
  effectsLeft: number
  log: Log
}

export interface Log {
  events: string[]
  alerts: string[]
  asked: string[]
  calls: string[]
  /** Every route that was set, and every phase that was entered, in order. */
  routes: Routes[]
  phases: string[]
}

export type WorldOptions = CanaryOverrides & Partial<Omit<World, 'resource' | 'target'>>

/** A new Canary in a cluster where the target `blue` runs, and nothing else exists yet. */
export function newWorld(options: WorldOptions = {}): World {
  const { analysis, spec, status, metadata, annotations, ...rest } = options
  return {
    now: noon,
    resource: stored({
      ...(analysis && { analysis }),
      ...(spec && { spec }),
      ...(status && { status }),
      ...(metadata && { metadata }),
      ...(annotations && { annotations }),
    }),
    target: { revision: 'blue', configs: undefined, replicas: 2, readyAt: noon },
    primary: undefined,
    configs: undefined,
    routes: undefined,
    routesWriter: undefined,
    unreadable: undefined,
    mesh: undefined,
    abilities: meshAbilities,
    faults: [],
    startupMs: 0,
    broken: [],
    brokenPrimary: [],
    closed: [],
    opened: [],
    why: 'closed',
    isBroken: false,
    askAgainMs: 0,
    serviceTrouble: false,
    failing: undefined,
    windowMs: 0,
    routedAt: noon,
    failsOncePromoted: false,
    altersCopies: false,
    prunes: false,
    autoscalerHeld: false,
    sizing: undefined,
    lastStepAt: undefined,
    startedAt: noon,
    wakeAt: noon,
    reported: [],
    letters: 0,
    effectsLeft: Number.POSITIVE_INFINITY,
    log: emptyLog(),
    ...rest,
  }
}

/** A world whose canary is initialized and idle, with an empty log. */
export function idleWorld(options: WorldOptions = {}): World {
  const world = newWorld(options)
  settle(world)
  advance(world, Math.max(world.startupMs, 1_000))
  if (phase(world) !== 'Initialized') throw new Error(`not initialized: ${row(world)}`)
  world.log = emptyLog()
  return world
}

/** Hooks of these types, named after their type. */
export function hooksOf(...types: Exclude<WebhookType, ''>[]) {
  return types.map((type) => ({ name: `${type}-hook`, type, url: 'http://tester/' }))
}

export const everyGate = hooksOf(
  'confirm-rollout',
  'pre-rollout',
  'rollout',
  'confirm-traffic-increase',
  'confirm-promotion',
  'post-rollout',
  'rollback',
)

/** Something in the cluster changes: the watch wakes the canary at once. */
export function change(world: World, edit: (world: World) => void): void {
  edit(world)
  settle(world)
}

/** The user sets another revision. */
export function deploy(world: World, revision: string): void {
  change(world, ({ target }) => {
    target.revision = revision
    if (target.replicas > 0) target.readyAt = new Date(world.now.getTime() + world.startupMs)
  })
}

/** Time passes, by default one interval; the canary looks when it asked to, or pods got ready. */
export function advance(world: World, ms = 60_000): void {
  const end = world.now.getTime() + ms
  for (let next = nextWake(world, end); next !== undefined; next = nextWake(world, end)) {
    world.now = next
    settle(world)
  }
  world.now = new Date(end)
}

function nextWake({ now, wakeAt, target, primary }: World, end: number): Date | undefined {
  const times = [wakeAt, target.readyAt, primary?.readyAt]
    .filter((time) => time !== undefined)
    .filter((time) => time > now && time.getTime() <= end)
  return times.length === 0 ? undefined : new Date(Math.min(...times.map(Number)))
}

/** Looks until nothing changes any more: every own write is seen, and looked at again. */
export function settle(world: World): void {
  for (let looks = 0; looks < 15; looks++) if (!look(world)) return
  throw new Error(`it never comes to rest: ${row(world)}\n${world.log.events.slice(-9).join('\n')}`)
}

/** One decision, carried out; true when it changed something, or the process died over it. */
export function look(world: World): boolean {
  const seen = observe(world)
  if (!seen) return false
  const decision = decided(world, seen)
  const before = stateOf(world)
  for (const effect of decision.effects) {
    if (world.effectsLeft <= 0) return reborn(world)
    if (!applied(world, effect)) break
  }
  const reports = decision.effects.filter(({ kind }) => kind === 'report')
  world.reported = reports.map((report) => ('message' in report ? report.message : ''))
  world.wakeAt = decision.wakeAt
  if (decision.paced) world.lastStepAt = world.now
  return stateOf(world) !== before
}

/** Applies an effect, and counts it while the process is about to die. */
function applied(world: World, effect: Effect): boolean {
  if (world.effectsLeft === Number.POSITIVE_INFINITY) return apply(world, effect)
  const before = stateOf(world)
  const isApplied = apply(world, effect)
  if (stateOf(world) !== before) world.effectsLeft -= 1
  return isApplied
}

function reborn(world: World): true {
  Object.assign(world, { lastStepAt: undefined, startedAt: world.now, reported: [] })
  world.wakeAt = undefined
  world.effectsLeft = Number.POSITIVE_INFINITY
  return true
}

function stateOf({ resource, target, primary, routes, autoscalerHeld }: World): string {
  return JSON.stringify({ resource, target, primary, routes, autoscalerHeld })
}

export function statusOf({ resource }: World): CanaryStatus {
  return resource && 'status' in resource ? (resource.status ?? {}) : {}
}

export function phase(world: World): string {
  return statusOf(world).phase ?? ''
}

/** `Progressing 20/0/0 80/20m`: phase, weight/iterations/failed checks, and routes. */
export function row(world: World): string {
  const { canaryWeight = 0, iterations = 0, failedChecks = 0 } = statusOf(world)
  const { routes } = world
  const traffic = routes && `${routes.primary}/${routes.canary}${routes.mirrored ? 'm' : ''}`
  const counters = `${canaryWeight}/${iterations}/${failedChecks}`
  return [phase(world), counters, ...(traffic === undefined ? [] : [traffic])].join(' ')
}

/** The row, and what was said since the last time. */
export function rowAndEvents(world: World): string[] {
  const { events, alerts } = world.log
  world.log.events = []
  world.log.alerts = []
  return [row(world), ...events, ...alerts.map((alert) => `alert ${alert}`)]
}

function emptyLog(): Log {
  return { events: [], alerts: [], asked: [], calls: [], routes: [], phases: [] }
}

/** Sets an annotation, as `kubectl annotate` does. */
export function annotate(world: World, verb: string, value: string | object = 'true'): void {
  change(world, ({ resource }) => {
    if (!resource) return
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    resource.metadata.annotations = {
      ...resource.metadata.annotations,
      [`flagger.app/${verb}`]: text,
    }
  })
}

export function annotationsOf({ resource }: World): string[] {
  return Object.keys(resource?.metadata.annotations ?? {})
}

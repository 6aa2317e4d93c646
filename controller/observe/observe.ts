/** Reads everything one step may look at, from the cache: an idle look makes no request. */
import type { Observation } from '../../src/analysis/decision.ts'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { type Canary, parseCanary } from '../../src/canary/canary.ts'
import { isNew } from '../../src/canary/phases.ts'
import { InvalidSpecError, KubeError } from '../../src/errors.ts'
import { validate } from '../../src/inspection/validate.ts'
import { type Find, type ObjectRef, refKey } from '../../src/objects.ts'
import { readRequests } from '../../src/requests/request.ts'
import { routerFor } from '../../src/routers/index.ts'
import { serviceReads } from '../../src/routers/services/services.ts'
import { refusedScaler, scalerFor } from '../../src/scalers/index.ts'
import { workloadFor } from '../../src/workloads/index.ts'
import { plainFacts } from '../../src/workloads/plain-facts.ts'
import type { Workload, WorkloadContext, WorkloadState } from '../../src/workloads/workload.ts'
import { isHeld } from '../../src/writes/brake.ts'
import type { Deps, Memory } from '../process/deps.ts'
import { deadlineNow, sightOf } from '../tick/deadline-clock.ts'
import type { Scene, Snapshot } from '../tick/scene.ts'
import { withDropped } from '../writing/dropped.ts'
import { latePods } from './beside/late-pods.ts'
import { readRoutesWriter } from './beside/routes-writer.ts'
import { readSizeWriters } from './beside/size-writers.ts'
import { budgetsOf } from './budgets.ts'
import { formerReads } from './former.ts'
import { lookUp } from './look-up.ts'
import { absentParents, parentRefs } from './parents.ts'
import { remarks } from './remarks.ts'
import { acceptanceOf, seenRoutes } from './seen-routes.ts'
import { checkReads } from './sources.ts'
import { workloadRef } from './workload-ref.ts'

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** A canary that can't be worked on now, and the sentence that says why. */
export interface Obstacle {
  canary: Canary
  why: string
}

/**
 * The scene of one tick; undefined when the Canary is gone. Rejects with KubeError when something
 * could not be read, and gives an obstacle where the user has to act first.
 */
export async function observe(
  key: string,
  deps: Deps,
  memory: Memory,
): Promise<Scene | { obstacle: Obstacle } | undefined> {
  const resource = deps.cache.get<CanaryResource>(canaryRef(key))
  if (!resource) {
    await deps.cache.interest(key, [])
    return undefined
  }
  const whole = withDropped(resource, memory.dropped)
  const { canary, problems } = parseCanary(whole, deps.settings.defaults)
  try {
    return await compose({ key, canary, problems, deps, memory })
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error
    // What the spec gets wrong comes first: the rest may only follow from that.
    const { noCrossNamespaceRefs } = deps.settings
    const wrong = problems.length > 0 ? problems : validate(canary, { noCrossNamespaceRefs })
    const [why = error.message] = wrong
    return { obstacle: { canary, why } }
  }
}

/** The reference for a key, `namespace/name`. */
export function canaryRef(key: string): ObjectRef {
  const [namespace = '', name = ''] = key.split('/')
  return { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name }
}

interface Composition {
  key: string
  canary: Canary
  problems: string[]
  deps: Deps
  memory: Memory
}

async function compose(of: Composition): Promise<Scene> {
  const { key, canary, deps, memory } = of
  const { settings } = deps
  const workload = workloadFor(canary)
  assertScaler(canary)
  const router = routerFor(canary.provider)
  const scaler = scalerFor(canary)
  const snapshot = await snapshotFor(of, { workload, router, scaler })
  const { find } = snapshot
  const budgets = budgetsOf(canary, deps)
  for (const budget of budgets ?? []) snapshot.put(budget)
  const moment = momentOf(of)
  const { now, nowMs, deadlineTime } = moment
  const given = { canary, find, settings: settings.workloads }
  const sizing = scaler?.sizing(given)
  const workloadContext = { ...given, now: deadlineTime, sizing }
  const state = observeWorkload(workload, workloadContext)
  const routerContext = { canary, find, facts: state.facts, settings: settings.routers }
  const routes = seenRoutes(router, routerContext)
  const abilities = router.abilities(routerContext)
  const absent = absentParents(router, routerContext, deps.cache)
  const known = { router, routerContext, scaler, state, abilities }
  const said = remarks({ ...known, problems: of.problems, now, deps, memory })
  const seen: Observation = {
    ...{ now, deadlineTime, canary, sizing, routes, abilities },
    ...said,
    ...ownPast(moment, deps, memory),
    warnings: [...(said.warnings ?? []), ...absent.warnings],
    workload: state,
    acceptance: acceptanceOf(router, routerContext, { routes, absence: absent.why }),
    podTroubles: await latePods(canary, state, find, deps),
    noPlace: deps.runLimits.whyNot(canary.resource),
    hasEventHook: deps.settings.hasEventHook,
    requests: readRequests(canary.metadata.annotations),
    isRestContested: isContested(canary, memory),
    letters: Array.from({ length: 20 }, () => letters[Math.floor(deps.random() * 52)]).join(''),
  }
  const [sizeWriters, routesWriter] = await Promise.all([
    readSizeWriters(seen, { deps, memory, find }),
    readRoutesWriter(seen, { router, routerContext, deps, memory }),
  ])
  return {
    ...{ key, nowMs, router, workload, scaler, routerContext, workloadContext, budgets, snapshot },
    seen: { ...seen, sizeWriters, routesWriter },
  }
}

/** What the Canary, its provider, target and autoscaler refer to. */
function snapshotFor(
  of: Composition,
  { workload, router, scaler }: Pick<Scene, 'workload' | 'router' | 'scaler'>,
): Promise<Snapshot> {
  const { key, canary, deps } = of
  const { settings } = deps
  const fixed = [canaryRef(key), ...serviceReads(canary)]
  const reading = (find: Find) => ({ canary, find, settings: settings.workloads })
  return lookUp(
    of,
    (find) => [
      ...fixed,
      ...router.reads({ canary, find, settings: settings.routers }),
      ...parentRefs(router, { canary, settings: settings.routers }),
      ...workload.reads(reading(find)),
      ...(scaler?.reads(reading(find)) ?? []),
      ...checkReads(canary, find, settings.sharing),
    ],
    (find) => formerReads(canary, { find, settings }),
  )
}

interface Moment {
  now: Date
  nowMs: number
  /** By which deadlines count, however the time of day was set since. */
  deadlineTime: Date
}

function momentOf({ canary, deps, memory }: Composition): Moment {
  const now = deps.clock.now()
  const nowMs = deps.clock.monotonicMs()
  const deadlineMs = canary.progressDeadlineSeconds * 1000
  memory.clock = sightOf(memory.clock, { wallMs: now.getTime(), monotonicMs: nowMs }, deadlineMs)
  return { now, nowMs, deadlineTime: deadlineNow(memory.clock) }
}

/** What this process did itself, it knows the age of, however the time of day was set since. */
function ownPast(
  { now, nowMs }: Moment,
  { startedAt, startedMs }: Deps,
  { lastStepMs }: Memory,
): Pick<Observation, 'lastStepAt' | 'startedAt'> {
  const ago = (ms: number) => new Date(now.getTime() - (nowMs - ms))
  return {
    lastStepAt: lastStepMs === undefined ? undefined : ago(lastStepMs),
    startedAt: earlier(startedAt, ago(startedMs)),
  }
}

/** Of two times of one moment, as clocks had it before and after they were set: nothing expires by that. */
function earlier(a: Date, b: Date): Date {
  return a < b ? a : b
}

/** A new canary is not begun with; one in a run can still be rolled back. */
function assertScaler(canary: Canary): void {
  const { phase = '' } = canary.status
  const why = isNew(phase) && !canary.metadata.deletionTimestamp ? refusedScaler(canary) : undefined
  if (why !== undefined) throw new InvalidSpecError(why)
}

/** A target that is not there, or can't be used, is something that the analysis has to deal with. */
function observeWorkload(workload: Workload, context: WorkloadContext): WorkloadState {
  const { canary } = context
  try {
    return workload.observe(context)
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error
    const missing = { state: 'missing', why: error.message } as const
    const { lastAppliedSpec = '', lastPromotedSpec, trackedConfigs } = canary.status
    return {
      facts: workload.factsOfPrimary(context) ?? plainFacts(canary.targetName),
      target: missing,
      primary: missing,
      revision: lastAppliedSpec,
      primaryRevision: lastPromotedSpec,
      generation: 0,
      configs: trackedConfigs,
      images: [],
      promoted: false,
    }
  }
}

function isContested(canary: Canary, { tried }: Memory): boolean {
  const target = workloadRef(canary, canary.targetName)
  return target !== undefined && isHeld(tried, refKey(target))
}

/** A guard for errors of the API server that mean: look again at once. */
export function isConflict(error: unknown): boolean {
  return error instanceof KubeError && error.status === 409
}

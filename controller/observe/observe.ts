/** Reads everything one step may look at, from the cache: an idle look makes no request. */
import type { Observation } from '../../src/analysis/decision.ts'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { type Canary, parseCanary } from '../../src/canary/canary.ts'
import { isGenerated } from '../../src/canary/names.ts'
import { isNew } from '../../src/canary/phases.ts'
import { validate } from '../../src/canary/validate.ts'
import { InvalidSpecError, KubeError } from '../../src/errors.ts'
import { createDeadline, type Deadline } from '../../src/io/deadline.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import { type Find, type KubeObject, type ObjectRef, refKey } from '../../src/objects.ts'
import { readRequests } from '../../src/requests/request.ts'
import { refusedProvider, routerFor } from '../../src/routers/index.ts'
import { serviceReads } from '../../src/routers/services.ts'
import { refusedScaler, scalerFor } from '../../src/scalers/index.ts'
import { workloadFor } from '../../src/workloads/index.ts'
import { plainFacts } from '../../src/workloads/plain-facts.ts'
import type { Workload, WorkloadContext, WorkloadState } from '../../src/workloads/workload.ts'
import type { Deps, Memory } from '../process/deps.ts'
import { deadlineNow, sightOf } from '../tick/deadline-clock.ts'
import { withDropped } from '../tick/dropped.ts'
import { createSnapshot, type Scene, type Snapshot } from '../tick/scene.ts'
import { isContentKind } from './contents.ts'
import { latePods } from './late-pods.ts'
import { unreadableText } from './refusal.ts'
import { remarks } from './remarks.ts'
import { readRoutesWriter } from './routes-writer.ts'
import { acceptanceOf, seenRoutes } from './seen-routes.ts'
import { readSizeWriters } from './size-writers.ts'
import { checkReads } from './sources.ts'

/** Rounds in which objects may name further objects: target, its ConfigMaps, their copies. */
const maxRounds = 4
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
  assertProvider(canary)
  assertScaler(canary)
  const router = routerFor(canary.provider)
  const scaler = scalerFor(canary)
  const fixed = [canaryRef(key), ...serviceReads(canary)]
  const reading = (find: Find) => ({ canary, find, settings: settings.workloads })
  const snapshot = await read(of, (find) => [
    ...fixed,
    ...router.reads({ canary, find, settings: settings.routers }),
    ...workload.reads(reading(find)),
    ...(scaler?.reads(reading(find)) ?? []),
    ...checkReads(canary, find),
  ])
  const { find } = snapshot
  const now = deps.clock.now()
  const nowMs = deps.clock.monotonicMs()
  // What this process did itself, it knows the age of, however the time of day was set since.
  const ago = (ms: number) => new Date(now.getTime() - (nowMs - ms))
  const deadlineMs = canary.progressDeadlineSeconds * 1000
  memory.clock = sightOf(memory.clock, { wallMs: now.getTime(), monotonicMs: nowMs }, deadlineMs)
  const deadlineTime = deadlineNow(memory.clock)
  const sizing = scaler?.sizing(reading(find))
  const workloadContext = { ...reading(find), now: deadlineTime, sizing }
  const state = observeWorkload(workload, workloadContext)
  const routerContext = { canary, find, facts: state.facts, settings: settings.routers }
  const routes = seenRoutes(router, routerContext)
  const abilities = router.abilities(routerContext)
  const seen: Observation = {
    now,
    deadlineTime,
    canary,
    ...remarks({
      problems: of.problems,
      router,
      routerContext,
      scaler,
      state,
      abilities,
      now,
      deps,
    }),
    workload: state,
    sizing,
    routes,
    acceptance: acceptanceOf(router, routerContext, routes),
    abilities,
    podTroubles: await latePods(canary, state, find, deps),
    requests: readRequests(canary.metadata.annotations),
    lastStepAt: memory.lastStepMs === undefined ? undefined : ago(memory.lastStepMs),
    startedAt: earlier(deps.startedAt, ago(deps.startedMs)),
    letters: Array.from({ length: 20 }, () => letters[Math.floor(deps.random() * 52)]).join(''),
  }
  const [sizeWriters, routesWriter] = await Promise.all([
    readSizeWriters(seen, { deps, memory, find }),
    readRoutesWriter(seen, { router, routerContext, deps, memory }),
  ])
  return {
    key,
    seen: { ...seen, sizeWriters, routesWriter },
    nowMs,
    router,
    workload,
    scaler,
    routerContext,
    workloadContext,
    snapshot,
  }
}

/** Of two times of one moment, as clocks had it before and after they were set: nothing expires by that. */
function earlier(a: Date, b: Date): Date {
  return a < b ? a : b
}

/** A canary that is deleted is let go whatever its provider: its target and Services go back. */
function assertProvider({ provider, metadata, label }: Canary): void {
  const why = metadata.deletionTimestamp === undefined ? refusedProvider(provider) : undefined
  if (why !== undefined) throw new InvalidSpecError(`canary ${label}: ${why}`)
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

/**
 * Looks up what is named, and what that names in turn, until nothing new comes. Begins with what
 * the cache holds: to begin with less would let go of the rest, and finding it again is a change
 * that wakes the canary, without end.
 */
async function read(of: Composition, reads: (find: Find) => ObjectRef[]): Promise<Snapshot> {
  const { canary, deps } = of
  let known = ''
  let find: Find = deps.cache.get
  let snapshot = createSnapshot()
  for (let round = 0; round < maxRounds; round++) {
    const refs = unique(reads(find))
    const named = refs.map(refKey).join()
    if (named === known) break
    known = named
    await lookUp(of, refs)
    assertReadable(refs, canary, deps)
    snapshot = createSnapshot()
    for (const ref of refs) {
      const object = await current(ref, deps)
      if (object) snapshot.put(object)
    }
    find = snapshot.find
  }
  return snapshot
}

/** Far longer than a list takes. */
const longestLookupMs = 30_000

/**
 * Waits for the objects, for so long only: a kind that the server fails to list, for instance for
 * want of its conversion webhook, must hold neither a worker nor the end of the process.
 */
async function lookUp(
  { key, canary, deps, memory }: Composition,
  refs: ObjectRef[],
): Promise<void> {
  const of = refs.map(refKey).join()
  const known = memory.lookup?.of === of ? memory.lookup : undefined
  const interest = () => deps.cache.interest(key, refs, (ref) => isGenerated(canary.spec, ref))
  const lookup = known ?? { of, done: interest() }
  if (!known) memory.lookup = lookup
  const forget = () => {
    if (memory.lookup === lookup) memory.lookup = undefined
  }
  if (!known) lookup.done.then(forget, forget)
  const deadline = createDeadline(deps.clock, longestLookupMs, deps.signal)
  try {
    await Promise.race([lookup.done, ended(deadline, deps)])
  } finally {
    deadline.end()
  }
}

function ended({ signal, expired }: Deadline, { cache }: Deps): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(expired() ? unlisted(cache) : new KubeError('given up', { status: 0 }))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}

function unlisted(cache: Deps['cache']): InvalidSpecError {
  const lost = cache.states().filter(({ state }) => state === 'connecting')
  const why = lost.map(({ kind, message }) => `${kind.plural}: ${message}`).join('; ')
  return new InvalidSpecError(
    `the API server does not list what this canary needs; see to the server (${why})`,
  )
}

async function current(ref: ObjectRef, deps: Deps): Promise<KubeObject | undefined> {
  const object = deps.cache.get(ref)
  return object && isContentKind(ref) ? deps.contents.read(object, deps.signal) : object
}

function unique(refs: readonly ObjectRef[]): ObjectRef[] {
  return [...new Map(refs.map((ref) => [refKey(ref), ref])).values()]
}

/**
 * A kind that the cluster does not have, or that we may not read, is the user's to mend. A Canary
 * that is deleted has nothing to give back of a kind that is gone.
 */
function assertReadable(refs: readonly ObjectRef[], { metadata }: Canary, deps: Deps): void {
  const bars = metadata.deletionTimestamp === undefined ? ['missing', 'forbidden'] : ['forbidden']
  const states = deps.cache.states().filter(({ state }) => bars.includes(state))
  for (const ref of refs) {
    const kind = resourceKind(ref)
    const bad = states.find(
      (state) =>
        state.kind.apiVersion === kind.apiVersion &&
        state.kind.kind === kind.kind &&
        (state.namespace === undefined || state.namespace === ref.namespace),
    )
    if (bad) throw new InvalidSpecError(unreadableText(bad))
  }
}

/** A guard for errors of the API server that mean: look again at once. */
export function isConflict(error: unknown): boolean {
  return error instanceof KubeError && error.status === 409
}

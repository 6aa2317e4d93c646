/**
 * A rehearsal: one run of the controller as it is, on an embedded cluster whose time goes as fast as
 * the machine can. Nothing listens, and nothing leaves the process.
 */
import type { CanaryResource, Phase } from '../../src/canary/api.gen.ts'
import { InvalidSpecError, UsageError } from '../../src/errors.ts'
import { silent } from '../../src/io/log.ts'
import { type ObjectRef, refOf } from '../../src/objects.ts'
import { progressOf } from '../../src/report/progress.ts'
import { ApiError } from '../../src/sandbox/api/api-error.ts'
import type { Store } from '../../src/sandbox/api/store.ts'
import { customKinds } from '../../src/sandbox/definitions.ts'
import { createSeriesStore } from '../../src/sandbox/prometheus/series.ts'
import { seededRandom } from '../../src/sandbox/random.ts'
import { simulateWorkloads } from '../../src/sandbox/simulation/workloads.ts'
import { createSteppedClock, type SteppedClock } from '../../src/sandbox/stepped/clock.ts'
import { createSteppedCluster } from '../../src/sandbox/stepped/cluster.ts'
import type { Called } from '../../src/sandbox/traffic/plane.ts'
import { createProfiles, type Profile, type Profiles } from '../../src/sandbox/traffic/profiles.ts'
import { startTraffic, type Traffic } from '../../src/sandbox/traffic.ts'
import type { Refused, Rehearsal, Rehearsed } from '../../src/simulation/rehearsal.ts'
import type { Played } from '../../src/simulation/simulate.ts'
import type { Version } from '../../src/simulation/traffic.ts'
import type { Deployment } from '../../src/workloads/pods/pod-template.ts'
import { outsideOf } from './outside.ts'
import { startProcess } from './process.ts'
import { metricsServer, type Props, propsOf } from './props.ts'
import { lastWarning, recordOf } from './record.ts'
import { images, withImage } from './target.ts'

/** Milliseconds between two samples of what is counted. */
const everyMs = 1_000

/** Rejects when nobody waits any more; what can't be played is refused. */
export async function rehearse(of: Rehearsal): Promise<Rehearsed | Refused> {
  try {
    return await play(of, propsOf(of.canary, of.around))
  } catch (error) {
    const isExpected =
      error instanceof InvalidSpecError || error instanceof UsageError || error instanceof ApiError
    if (!isExpected) throw error
    return { refused: error.message }
  }
}

async function play(of: Rehearsal, props: Props): Promise<Rehearsed | Refused> {
  const clock = createSteppedClock()
  const stage = { clock, store: clusterOf(props, of, clock), props, signal: of.signal }
  const { store } = stage
  const simulation = simulateWorkloads(store, { clock, startupMs: of.podReadyMs })
  const { provider: meshProvider } = props.canary
  const series = createSeriesStore()
  const random = seededRandom(of.seed)
  const profiles = profilesOf(of)
  const traffic = startTraffic({ store, series, profiles, clock, random, meshProvider, everyMs })
  const loads = loadsOf(props, of)
  const onRolloutHook = () => traffic.setLoads([loads.users, loads.tests])
  const outside = outsideOf(props, { series, now: () => clock.now(), onRolloutHook })
  for (const object of [...props.others, props.target, props.resource]) store.create(object)
  const process = startProcess({
    ...{ store, clock, http: outside.http, random: seededRandom(of.seed + 1), log: silent },
    flags: [`-mesh-provider=${meshProvider}`, `-metrics-server=${metricsServer}`, ...flags],
  })
  try {
    const isSetUp = await reaches(stage, ['Initialized'], startMs + 10 * of.podReadyMs)
    if (!isSetUp) return { refused: neverSetUp(stage) }
    traffic.setLoads([loads.users])
    await clock.pass(warmUpMs)
    const run = await released(stage, { traffic, called: loads.users })
    return { ...run, assumed: [...props.assumed, ...assumptions(outside.taken)] }
  } finally {
    process.kill()
    traffic.stop()
    simulation.stop()
  }
}

/** No run begins of a canary that lacks something, such as the Ingress that leads to it. */
function neverSetUp({ store, props }: Stage): string {
  const why = lastWarning(store, refOf(props.resource)) ?? 'nobody said why'
  return `the canary is not set up, and no run begins: ${why}`
}

function clusterOf({ canary, others }: Props, of: Rehearsal, clock: SteppedClock) {
  const namespaces = [canary.namespace, ...others.flatMap((one) => one.metadata.namespace ?? [])]
  return createSteppedCluster({ clock, definitions: customKinds(of.definitions), namespaces })
}

function profilesOf({ primary, fresh }: Rehearsal): Profiles {
  const profiles = createProfiles()
  profiles.set(images.old, profileOf(primary))
  profiles.set(images.fresh, profileOf(fresh))
  return profiles
}

/** What its process is told, beside the addresses. */
const flags = ['-enable-config-tracking=false', '-log-level=error']
/** The primary has been measured for so long when a new version comes. */
const warmUpMs = 120_000
const startMs = 600_000

interface Stage {
  store: Store
  clock: SteppedClock
  props: Props
  signal: AbortSignal
}

function loadsOf({ canary }: Props, of: Rehearsal) {
  const { namespace, names } = canary
  const { usersPerSecond, testsPerSecond, matching } = of
  const host = gatewayHost(canary)
  const users = {
    ...{ namespace, service: names.apex, requestsPerSecond: usersPerSecond, matching },
    ...(host !== undefined && { host }),
  }
  return { users, tests: { namespace, service: names.canary, requestsPerSecond: testsPerSecond } }
}

/** By which users come in where no caller within the mesh is led by the routes. */
function gatewayHost({ spec, names }: Props['canary']): string | undefined {
  const { hosts = [], gateways = [] } = spec.service ?? {}
  return gateways.length === 0 || gateways.includes('mesh') ? undefined : (hosts[0] ?? names.apex)
}

/** Releases the new version, and follows its run to the end. */
async function released(
  stage: Stage,
  { traffic, called }: { traffic: Traffic; called: Called },
): Promise<Played> {
  const { store, clock, props } = stage
  const startedMs = clock.monotonicMs()
  const seconds = () => Math.round((clock.monotonicMs() - startedMs) / 1000)
  const record = recordOf(store, refOf(props.resource), seconds)
  renew(store, props)
  const phase = await reaches(stage, ['Succeeded', 'Failed'], longestMs(props))
  record.stop()
  const answered = traffic.tally(called).answered[props.canary.targetName]
  const { requests: users = 0, failed: failedUsers = 0 } = answered ?? {}
  const result =
    phase === undefined ? 'unfinished' : phase === 'Succeeded' ? 'promoted' : 'rolled back'
  const { timeline } = record
  return { result, seconds: seconds(), users, failedUsers, timeline }
}

function renew(store: Store, { target }: Props): void {
  const ref = refOf(target)
  const { spec } = store.get<Deployment>(ref) ?? target
  store.modify<Deployment>(ref, (draft) => {
    draft.spec = withImage(spec, images.fresh)
  })
}

/** The phase that it came to; undefined where it came to none of them in this time. */
async function reaches(
  { store, clock, props, signal }: Stage,
  phases: readonly Phase[],
  withinMs: number,
): Promise<Phase | undefined> {
  const ref: ObjectRef = refOf(props.resource)
  for (let ms = 0; ms < withinMs; ms += everyMs) {
    signal.throwIfAborted()
    await clock.pass(everyMs)
    const { phase } = store.get<CanaryResource>(ref)?.status ?? {}
    if (phase !== undefined && phases.includes(phase)) return phase
  }
  return undefined
}

/** What a run takes at worst, thrice: a judge may look longer, and hooks may hold. */
function longestMs({ canary }: Props): number {
  const status = { ...canary.status, phase: 'Progressing' as const }
  const { secondsLeft } = progressOf({ ...canary, status }, 0, false)
  const { worst = 3_600 } = secondsLeft ?? {}
  return 1000 * (3 * worst + 2 * canary.progressDeadlineSeconds)
}

/** Latencies are log-normal, with a deviation of 0.5. */
function profileOf({ errorRate, latencyMs }: Version): Profile {
  return { errorRate, p99Ms: latencyMs, medianMs: latencyMs / Math.exp(0.5 * 2.3263) }
}

function assumptions(taken: ReadonlySet<string>): string[] {
  return taken.size === 0
    ? []
    : [`taken for well, as nothing of them is counted here: the metrics ${[...taken].join(', ')}`]
}

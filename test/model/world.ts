/** A cluster, a controller and people, of which everything that was done is remembered. */
import { type SteppedProcess, startProcess } from '../../controller/rehearsal/process.ts'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { pause } from '../../src/io/deadline.ts'
import type { Http } from '../../src/io/http.ts'
import type { Log } from '../../src/io/log.ts'
import type { KubeObject, ObjectRef } from '../../src/objects.ts'
import type { Store } from '../../src/sandbox/api/store.ts'
import { customKinds } from '../../src/sandbox/definitions.ts'
import { seededRandom } from '../../src/sandbox/random.ts'
import { simulateWorkloads } from '../../src/sandbox/simulation/workloads.ts'
import { createSteppedClock, type SteppedClock } from '../../src/sandbox/stepped/clock.ts'
import { createSteppedCluster } from '../../src/sandbox/stepped/cluster.ts'
import { fair, type Weather } from '../../src/sandbox/stepped/kube.ts'
import { type CanaryChoice, canary, canaryRef, configRef, home, workloadRef } from './objects.ts'

/** What metric servers and hooks answer. */
export interface Outside {
  metrics: 'true' | 'bad' | 'none' | 'error'
  /** Gates that are shut; `rollback` is one that is open. */
  gates: readonly string[]
  /** How long they take to answer, milliseconds; nothing where absent. */
  answerMs?: number
}

/** A round of metrics that was answered, and what the target was then. */
interface Round {
  revision: string
  passed: boolean
}

interface End {
  occasion: 'succeeded' | 'failed'
}

/** What was done, as far as the rules need to know. */
export interface Course {
  /** Lines that tell the sequence to whoever reads of a failure. */
  lines: string[]
  broken: string[]
  rounds: Round[]
  /** Of the run under way: the fewest rounds that any of its specs asked for. */
  asked: number
  requests: number
  /** How runs of the Canary that is there now ended, and what people heard of that. */
  ends: End[]
  heard: (End & { isLate: boolean })[]
  /** A person asked for a promotion or a run since the last one ended. */
  isOrdered: boolean
}

export interface World {
  store: Store
  clock: SteppedClock
  weather: Weather
  outside: Outside
  record: Course
  /** With what it began: neither the kind of the target nor that of its autoscaler changes. */
  choice: Required<CanaryChoice>
  target: ObjectRef
  primary: ObjectRef
  /** The Canary that people wrote last: it is made again by this. */
  canary: KubeObject
  startProcess(flags?: readonly string[]): void
  process(): SteppedProcess | undefined
  end(): void
}

export interface Observers {
  onRequest(world: World, verb: string, object: string): void
  onWrite(world: World, object: KubeObject, before: KubeObject | undefined): void
}

/** Milliseconds until a pod is ready. */
const startupMs = 3_000
const definitions = customKinds()

export function createWorld(of: CanaryChoice, observers: Observers): World {
  const choice = settled(of)
  const clock = createSteppedClock()
  const store = createCluster(clock)
  const weather = { ...fair }
  const outside: Outside = { metrics: 'true', gates: [] }
  const record: Course = {
    ...{ lines: [], broken: [], rounds: [], asked: 0, requests: 0, isOrdered: false },
    ...{ ends: [], heard: [] },
  }
  const simulation = simulateWorkloads(store, { clock, startupMs, brokenImages: ['stuck'] })
  let process: SteppedProcess | undefined
  const world: World = {
    ...{ store, clock, weather, outside, record, choice },
    target: workloadRef(choice.kind, 'app'),
    primary: workloadRef(choice.kind, 'app-primary'),
    canary: canary(choice),
    process: () => process,
    startProcess(flags = []) {
      process?.kill()
      process = startProcess({
        ...{ store, clock, weather, flags, log: logOf(world), http: httpOf(world) },
        random: seededRandom(7),
        onRequest: (verb, object) => observers.onRequest(world, verb, object),
        onWrite: (object, before) => observers.onWrite(world, object, before),
      })
    },
    end() {
      process?.kill()
      simulation.stop()
    },
  }
  return world
}

/** No autoscaler can size a DaemonSet. */
function settled(of: CanaryChoice): Required<CanaryChoice> {
  const { kind = 'Deployment', autoscaler = 'none' } = of
  return { ...of, kind, autoscaler: kind === 'DaemonSet' ? 'none' : autoscaler }
}

/** An API server without a network, with every definition that there is. */
export function createCluster(clock: SteppedClock): Store {
  return createSteppedCluster({ clock, definitions, namespaces: [home] })
}

function httpOf(world: World): Http {
  return async ({ url, body = '' }, signal) => {
    const { pathname } = new URL(url)
    const { answerMs = 0 } = world.outside
    if (answerMs > 0) await pause(world.clock, answerMs, signal)
    if (pathname === '/alerts') return hear(world, body)
    const status = pathname.startsWith('/api/v1/') ? undefined : hookStatus(world, pathname)
    if (status !== undefined) return { status, headers: {}, body: '' }
    if (world.outside.metrics === 'error') return { status: 500, headers: {}, body: 'down' }
    return { status: 200, headers: {}, body: JSON.stringify(measured(world, url)) }
  }
}

function hear(world: World, body: string) {
  const { record } = world
  const { occasion, fields } = JSON.parse(body) as { occasion: string; fields: object }
  // That a first copy does not come up is the end of no run.
  const isOfRun = !/^(|Initializing)$/.test(canaryIn(world)?.status?.phase ?? '')
  if (!isOfRun) return { status: 200, headers: {}, body: '' }
  if (occasion === 'succeeded' || occasion === 'failed')
    record.heard.push({ occasion, isLate: 'Happened at' in fields })
  return { status: 200, headers: {}, body: '' }
}

function hookStatus({ outside }: World, path: string): number {
  const type = path.slice(1)
  return outside.gates.includes(type) === (type === 'rollback') ? 200 : 403
}

function measured(world: World, url: string) {
  const query = new URL(url).searchParams.get('query')
  const { metrics } = world.outside
  const revision = revisionOf(world)
  const isFine = query !== 'success' || (metrics === 'true' && !revision.includes('faulty'))
  if (query === 'success') world.record.rounds.push({ revision, passed: isFine })
  const sample = { metric: {}, value: [0, isFine ? '100' : '50'] }
  const result = query === 'success' && metrics === 'none' ? [] : [sample]
  return { status: 'success', data: { resultType: 'vector', result } }
}

interface Container {
  image: string
  envFrom?: { configMapRef: { name: string } }[]
}

interface WithTemplate extends KubeObject {
  spec: {
    replicas?: number
    template: { spec: { containers: Container[]; nodeSelector?: object } }
  }
}

interface WithData extends KubeObject {
  data?: { [key: string]: string }
}

/** What people want to have rolled out: image and configuration; empty without a target. */
export function revisionOf({ store, target }: World): string {
  return describe(store.get<WithTemplate>(target), store.get<WithData>(configRef('app-config')))
}

/** The same of what serves. */
export function promotedIn({ store, primary }: World): string {
  const config = store.get<WithData>(configRef('app-config-primary'))
  return describe(store.get<WithTemplate>(primary), config)
}

/** Whether the primary reads what people edit, because it was made while nothing was tracked. */
export function sharesConfig({ store, primary }: World): boolean {
  const [container] = store.get<WithTemplate>(primary)?.spec.template.spec.containers ?? []
  return container?.envFrom?.[0]?.configMapRef.name === configRef('app-config').name
}

function describe(workload: WithTemplate | undefined, config: WithData | undefined): string {
  if (!workload) return ''
  return `${workload.spec.template.spec.containers[0]?.image} ${config?.data?.value}`
}

/** How many pods it wants; a DaemonSet either one, on the only node, or none. */
export function sizeOf(workload: KubeObject | undefined): number {
  if (!workload) return 0
  const { replicas, template } = (workload as WithTemplate).spec
  const isAtRest = 'flagger.app/scale-to-zero' in (template.spec.nodeSelector ?? {})
  return isAtRest ? 0 : (replicas ?? 1)
}

export function canaryIn({ store }: Pick<World, 'store'>): CanaryResource | undefined {
  return store.get<CanaryResource>(canaryRef)
}

/** The line in which a failure shows where the world was. */
export function tell(world: World, text: string): void {
  const { status } = canaryIn(world) ?? {}
  const at = Math.round(world.clock.monotonicMs() / 1_000)
  const { lines } = world.record
  if (lines.at(-1)?.endsWith(`: ${text}`) || lines.at(-2)?.endsWith(`: ${text}`)) return
  lines.push(`${at} s ${status?.phase ?? '-'} ${status?.canaryWeight ?? 0}: ${text}`)
}

function logOf(world: World): Log {
  const line = (fields: object, message: string) => {
    const { rule, effects } = fields as { rule?: string; effects?: string[] }
    const err = 'err' in fields ? ` ${String((fields.err as Error)?.stack ?? fields.err)}` : ''
    tell(world, `  ${rule ? `${rule} ${effects?.join(',')}` : message}${err}`)
  }
  return { debug() {}, info: line, warn: line, error: line }
}

/** The cluster of a simulated run, as far as the analysis sees it; every change makes a new one. */
import type { Effect, Observation } from '../analysis/decision.ts'
import type { CanaryStatus } from '../canary/api.gen.ts'
import { type Canary, parseCanary } from '../canary/canary.ts'
import { isRunning } from '../canary/phases.ts'
import { defaultProvider } from '../canary/providers.gen.ts'
import type { KubeObject } from '../objects.ts'
import { readRequests } from '../requests/request.ts'
import { routerFor } from '../routers/index.ts'
import { accepted, type Routes, usualSettings } from '../routers/router.ts'
import { plainFacts } from '../workloads/plain-facts.ts'
import type { Readiness, WorkloadState } from '../workloads/workload.ts'
import type { Mishap } from './script.ts'
import { type Counts, noCounts } from './traffic.ts'

export interface Stage {
  now: number
  startedAt: number
  resource: KubeObject & { spec?: unknown; status: CanaryStatus }
  /** Of the target; the primary has the same once it is promoted. */
  target: { replicas: number; readyAt: number }
  primary: { revision: string; run: number | undefined; readyAt: number }
  routes: Routes
  lastStepAt: number | undefined
  wakeAt: number | undefined
  podReadyMs: number
  counts: Counts
  /** Those that have not happened yet. */
  mishaps: readonly Mishap[]
  /** When each gate was first asked. */
  gates: Readonly<Record<string, number>>
}

const fresh = 'v2:new'
const former = 'v2:former'

/** An idle canary whose target has just got another revision. */
export function newStage({ metadata, spec }: Manifest, podReadyMs: number): Stage {
  const { name, namespace = 'default' } = metadata
  const now = Date.UTC(2030, 0, 1)
  const status: CanaryStatus = {
    phase: 'Initialized',
    lastAppliedSpec: former,
    lastPromotedSpec: former,
    conditions: [],
  }
  return {
    now,
    startedAt: now,
    resource: {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name, namespace, uid: 'simulated', generation: 1 },
      spec,
      status,
    },
    target: { replicas: 0, readyAt: now },
    primary: { revision: former, run: undefined, readyAt: now },
    routes: { primary: 100, canary: 0, mirrored: false },
    ...{ lastStepAt: undefined, wakeAt: undefined, podReadyMs, counts: noCounts },
    ...{ mishaps: [], gates: {} },
  }
}

export type Manifest = KubeObject & { spec?: unknown }

/** The Canary with its status so far, and what its spec gets wrong, one sentence each. */
export function canaryOn({ resource }: Stage): { canary: Canary; problems: string[] } {
  return parseCanary(resource, { meshProvider: defaultProvider, metricsServer: 'http://simulated' })
}

/** What the router of the Canary's provider can do, with the usual settings of a controller. */
export function abilitiesOf(canary: Canary) {
  return routerFor(canary.provider).abilities({ canary, settings: usualSettings })
}

/** What one step may see. */
export function observe(stage: Stage): Observation {
  const { canary, problems } = canaryOn(stage)
  const abilities = abilitiesOf(canary)
  return {
    now: new Date(stage.now),
    ...{ canary, problems, faults: [], abilities, acceptance: accepted },
    workload: workloadOn(stage, canary),
    // Without weights the router tells them from the counter, as Flagger's does.
    routes: abilities.weights ? stage.routes : counted(stage),
    requests: readRequests(undefined),
    lastStepAt: stage.lastStepAt === undefined ? undefined : new Date(stage.lastStepAt),
    startedAt: new Date(stage.startedAt),
    letters: 'abcdefghijklmnopqrst',
  }
}

function counted({ resource }: Stage): Routes {
  const share = (resource.status.iterations ?? 0) > 0 ? 100 : 0
  return { primary: 100 - share, canary: share, mirrored: false }
}

function workloadOn(stage: Stage, { name }: Canary): WorkloadState {
  const { target, primary, resource } = stage
  const { phase = '', canaryAnalysis } = resource.status
  const isOfThisRun = !isRunning(phase) || primary.run === canaryAnalysis?.runId
  return {
    facts: plainFacts(name),
    target: readiness(target.replicas === 0 || target.readyAt <= stage.now, name),
    primary: readiness(primary.readyAt <= stage.now, `${name}-primary`),
    revision: fresh,
    primaryRevision: primary.revision,
    generation: 1,
    configs: undefined,
    images: [],
    promoted: primary.revision === fresh && isOfThisRun,
    atRest: { target: target.replicas === 0, primary: false },
    sizes: { target: target.replicas, primary: 1 },
  }
}

function readiness(isReady: boolean, name: string): Readiness {
  return isReady
    ? { state: 'ready' }
    : { state: 'waiting', why: `${name} not ready: waiting for its pods`, routine: true }
}

/** The stage after an effect; those that a simulated cluster has nothing of leave it as it is. */
export function after(stage: Stage, effect: Effect): Stage {
  const readyAt = stage.now + stage.podReadyMs
  switch (effect.kind) {
    case 'route':
      return { ...stage, routes: effect.routes }
    case 'status':
      return { ...stage, resource: { ...stage.resource, status: merged(stage, effect.change) } }
    case 'promote': {
      const { runId } = stage.resource.status.canaryAnalysis ?? {}
      const isNew = stage.primary.revision !== fresh || stage.primary.run !== runId
      return isNew ? { ...stage, primary: { revision: fresh, run: runId, readyAt } } : stage
    }
    case 'scale': {
      const replicas = effect.to === 'zero' ? 0 : 1
      const isStart = replicas > stage.target.replicas
      return { ...stage, target: { replicas, readyAt: isStart ? readyAt : stage.target.readyAt } }
    }
    default:
      return stage
  }
}

function merged({ resource }: Stage, change: object): CanaryStatus {
  const all = Object.entries({ ...resource.status, ...change })
  return Object.fromEntries(all.filter(([, value]) => value !== undefined))
}

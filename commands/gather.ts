/** Reads what the report of one canary needs, in as few requests as it takes. */
import type { CanaryResource } from '../src/canary/api.gen.ts'
import { type Canary, parseCanary } from '../src/canary/canary.ts'
import {
  type AutoscalerReport,
  type CanaryReport,
  eventOf,
  reportOf,
  type Seen,
  type Warning,
} from '../src/canary/report.ts'
import { isRunning } from '../src/canary/summary.ts'
import type { Pod, WorkloadObject } from '../src/canary/workload-report.ts'
import { InvalidSpecError, KubeError } from '../src/errors.ts'
import { type ResourceKind, resourceKind } from '../src/kinds.ts'
import { type KubeObject, type ObjectRef, refKey } from '../src/objects.ts'
import type { Routes } from '../src/routers/router.ts'
import { canaryKind } from './find-canaries.ts'
import type { Session } from './session.ts'

export interface GatherOptions {
  /** Pods, events, autoscaler and routes too; else only what a row of the list shows. */
  full: boolean
  /** Events to read; 0 reads none. */
  events: number
  pods: boolean
}

const podKind = resourceKind({ apiVersion: 'v1', kind: 'Pod' })
const eventKind = resourceKind({ apiVersion: 'v1', kind: 'Event' })

/** The report of a canary; what the user may not read is left out and named in `denied`. */
export async function gather(
  resource: CanaryResource,
  session: Session,
  options: GatherOptions,
): Promise<CanaryReport> {
  // The controller's own defaults are not known here; a run in progress reports its weights.
  const { minIntervalMs } = session
  const { canary, problems } = parseCanary(resource, {
    meshProvider: '',
    metricsServer: '',
    ...(minIntervalMs !== undefined && { minIntervalMs }),
  })
  const denied: string[] = []
  const reader = readerOf(session, denied)
  const reading = readWorkloads(canary, reader, options)
  const [workloads, pods, events, autoscaler, routes] = await Promise.all([
    reading,
    options.full && options.pods
      ? reading.then((found) => readPods(canary, found, session, denied))
      : undefined,
    options.full && options.events > 0 ? readEvents(canary, session, denied) : undefined,
    options.full ? readAutoscaler(canary, reader) : undefined,
    needsRoutes(canary, options) ? readRoutes(canary, reading, reader) : undefined,
  ])
  const seen: Seen = {
    now: session.clock.now(),
    canary,
    ...workloads,
    targetPods: pods?.target,
    primaryPods: pods?.primary,
    events: events?.slice(-Math.max(options.events, 20)),
    eventCount: events?.length,
    autoscaler,
    routes: routes?.routes,
    route: routes?.route,
    denied: [...new Set(denied)],
    warnings: [
      ...problems.map((message): Warning => ({ code: 'CAN001', message })),
      ...(routes?.problem ? [{ code: 'CAN002', message: routes.problem }] : []),
    ],
  }
  return reportOf(seen)
}

type Reader = <T extends KubeObject>(ref: ObjectRef) => Promise<T | undefined>

/** Reads single objects once; a refusal is noted, a missing object or kind is no object. */
function readerOf({ kube, signal }: Session, denied: string[]): Reader {
  const known = new Map<string, Promise<KubeObject | undefined>>()
  return <T extends KubeObject>(ref: ObjectRef) => {
    const key = refKey(ref)
    const reading = known.get(key) ?? kube.get<T>(ref, signal).catch(orDenied(ref.kind, denied))
    known.set(key, reading)
    // Read ahead, it may fail before anybody waits for it; who does is told all the same.
    reading.catch(() => {})
    // The reference names the type of what is behind it.
    return reading as Promise<T | undefined>
  }
}

function orDenied(kind: string, denied: string[]): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof KubeError) || (error.status !== 403 && error.status !== 404)) throw error
    if (error.status === 403) denied.push(kind)
    return undefined
  }
}

async function readWorkloads(canary: Canary, read: Reader, { full }: GatherOptions) {
  const { spec, namespace } = canary
  const { apiVersion, kind } = spec.targetRef
  const ref = (name: string) => ({ apiVersion, kind, namespace, name })
  const known = canary.status.canaryAnalysis?.images
  const changing = isRunning(canary.status.phase) || canary.status.phase === 'Failed'
  if (!full && (!changing || known)) return {}
  if (!['Deployment', 'DaemonSet', 'Service'].includes(kind)) return {}
  const [target, primary] = await Promise.all([
    read<WorkloadObject>(ref(canary.targetName)),
    read<WorkloadObject>(ref(canary.primaryName)),
  ])
  return { target, primary }
}

/** One list for both workloads: their pods differ in the value of one label. */
async function readPods(
  { namespace }: Canary,
  {
    target,
    primary,
  }: { target?: WorkloadObject | undefined; primary?: WorkloadObject | undefined },
  { kube, signal }: Session,
  denied: string[],
): Promise<{ target: Pod[]; primary: Pod[] } | undefined> {
  const wanted = target?.spec?.selector?.matchLabels ?? {}
  const promoted = primary?.spec?.selector?.matchLabels ?? {}
  const key = Object.keys(promoted).find((one) => promoted[one] !== wanted[one])
  const labelSelector = key
    ? `${key} in (${[wanted[key], promoted[key]].filter(Boolean).join(',')})`
    : Object.entries(target ? wanted : promoted)
        .map(([name, value]) => `${name}=${value}`)
        .join(',')
  if (labelSelector === '') return undefined
  const answer = await kube
    .list<Pod>(podKind, { namespace, labelSelector, signal })
    .catch(orDenied('Pod', denied))
  const of = (labels: Record<string, string>) =>
    (answer?.items ?? []).filter(({ metadata }) => isIn(labels, metadata.labels))
  return { target: target ? of(wanted) : [], primary: primary ? of(promoted) : [] }
}

function isIn(selector: Record<string, string>, labels: Record<string, string> = {}): boolean {
  const pairs = Object.entries(selector)
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value)
}

/** The events about a canary, as the server has them; none where they may not be read. */
export async function listEvents(
  { name, namespace }: Pick<Canary, 'name' | 'namespace'>,
  { kube, signal }: Pick<Session, 'kube' | 'signal'>,
  denied: string[],
): Promise<(KubeObject & Record<string, unknown>)[]> {
  const fieldSelector = `involvedObject.kind=${canaryKind.kind},involvedObject.name=${name}`
  const answer = await kube
    .list<KubeObject & Record<string, unknown>>(eventKind, { namespace, fieldSelector, signal })
    .catch(orDenied('Event', denied))
  return answer?.items ?? []
}

async function readEvents(canary: Canary, session: Session, denied: string[]) {
  const events = (await listEvents(canary, session, denied)).map(eventOf)
  return events.sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

interface Autoscaler extends KubeObject {
  spec?: {
    minReplicas?: number
    maxReplicas?: number
    minReplicaCount?: number
    maxReplicaCount?: number
  }
  status?: { currentReplicas?: number }
}

async function readAutoscaler(
  { spec, namespace }: Canary,
  read: Reader,
): Promise<AutoscalerReport | undefined> {
  const { autoscalerRef } = spec
  if (!autoscalerRef) return undefined
  const { kind, name } = autoscalerRef
  const apiVersion =
    kind === 'HorizontalPodAutoscaler' ? 'autoscaling/v2' : autoscalerRef.apiVersion
  const ref = { apiVersion, kind, namespace, name: `${name}-primary` }
  if (!isKnownKind(ref)) return undefined
  const found = await read<Autoscaler>(ref)
  return (
    found && {
      kind,
      name: ref.name,
      min: found.spec?.minReplicas ?? found.spec?.minReplicaCount ?? null,
      max: found.spec?.maxReplicas ?? found.spec?.maxReplicaCount ?? null,
      current: found.status?.currentReplicas ?? null,
      createdAt: found.metadata.creationTimestamp ?? null,
    }
  )
}

function isKnownKind(of: Pick<ResourceKind, 'apiVersion' | 'kind'>): boolean {
  try {
    return resourceKind(of) !== undefined
  } catch {
    return false
  }
}

/** A list reads routes only where the status does not tell the weight of a run. */
function needsRoutes({ status }: Canary, { full }: GatherOptions): boolean {
  return full || (isRunning(status.phase) && status.canaryAnalysis?.weight === undefined)
}

interface RouteFindings {
  routes?: Routes | undefined
  route?: Seen['route']
  problem?: string
}

/** Asks the router, and reads what it looks for until it has all it asks for. */
async function readRoutes(
  canary: Canary,
  workloads: Promise<{ target?: WorkloadObject | undefined }>,
  read: Reader,
): Promise<RouteFindings> {
  const { routerFor } = await import('../src/routers/index.ts')
  const router = routerFor(canary.provider)
  // Without routes to move, such as on plain Kubernetes, users only ever reach the primary.
  if (!router.abilities(canary).weights)
    return { routes: { primary: 100, canary: 0, mirrored: false } }
  const refs = router.reads(canary).filter(({ kind }) => kind === 'VirtualService')
  for (const ref of refs) void read(ref)
  const { target } = await workloads
  const [selectorKey = 'app', selectorValue = canary.targetName] =
    Object.entries(target?.spec?.selector?.matchLabels ?? {})[0] ?? []
  const facts = { selectorKey, selectorValue, discoveredPorts: [] }
  const settings = {
    ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io',
    ingressClass: '',
    ownRoutes: true,
  }
  const found = new Map<string, KubeObject | undefined>()
  for (let round = 0; round < 4; round++) {
    const missing: ObjectRef[] = []
    const find = <T extends KubeObject>(ref: ObjectRef): T | undefined => {
      if (!found.has(refKey(ref))) missing.push(ref)
      // What was read under a reference has the type that the reference names.
      return found.get(refKey(ref)) as T | undefined
    }
    try {
      const routes = router.routes({ canary, facts, find, settings })
      if (missing.length === 0) return { routes, route: routeAmong(found) }
    } catch (error) {
      if (missing.length === 0) {
        if (error instanceof InvalidSpecError) return { problem: error.message }
        throw error
      }
    }
    for (const ref of missing) found.set(refKey(ref), await read(ref))
  }
  return {}
}

function routeAmong(found: Map<string, KubeObject | undefined>): Seen['route'] {
  const object = [...found.values()].find(
    (one) => one !== undefined && one.kind !== 'Service' && one.kind !== 'DestinationRule',
  )
  return (
    object && {
      kind: object.kind,
      name: object.metadata.name,
      createdAt: object.metadata.creationTimestamp,
    }
  )
}

/** What must hold whatever happens. Each rule notes in `broken` what it saw. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { isRunning } from '../../src/canary/phases.ts'
import type { KubeObject } from '../../src/objects.ts'
import { routingKinds } from './acts.ts'
import {
  type Analysis,
  analyses,
  autoscalerKinds,
  budgetKind,
  canaryRef,
  home,
  rounds,
  serviceRef,
  targetKinds,
  twinRef,
  workloadRef,
} from './objects.ts'
import { look, lost, type Sight, shareOf, unserved } from './users.ts'
import {
  canaryIn,
  type Observers,
  promotedIn,
  revisionOf,
  sharesConfig,
  sizeOf,
  tell,
  type World,
} from './world.ts'

function broken(world: World, what: string): void {
  tell(world, `BROKEN: ${what}`)
  world.record.broken.push(what)
}

const sights = new WeakMap<World, Sight>()

export const observers: Observers = {
  onRequest(world) {
    world.record.requests += 1
  },
  onWrite(world, object, before) {
    const { kind, metadata } = object
    const { name } = metadata
    if (kind === 'Canary' && name === canaryRef.name)
      onStatus(world, object as CanaryResource, before as CanaryResource | undefined)
    else if (kind === world.primary.kind && name === world.primary.name)
      onPrimary(world, object, before)
    else if (kind === world.target.kind && name === world.target.name)
      onTarget(world, object, before)
    else if (kind === 'Service' || routingKinds.some((one) => one.kind === kind)) onRoute(world)
  },
}

function onStatus(world: World, after: CanaryResource, before: CanaryResource | undefined): void {
  const [from, to] = [before?.status?.phase ?? '', after.status?.phase ?? '']
  const { record } = world
  // Nobody has to hear any more of one that was deleted.
  if (before?.metadata.uid !== after.metadata.uid) Object.assign(record, { ends: [], heard: [] })
  if (isRunning(from) && to === 'Succeeded') record.ends.push({ occasion: 'succeeded' })
  if (from !== to && to === 'Failed') record.ends.push({ occasion: 'failed' })
  if (isRunning(to) && !isRunning(from)) {
    record.rounds = []
    record.asked = roundsOf(after)
    if (!record.isOrdered && !hasCause(world, before, after))
      broken(world, `a run began without a cause: ${revisionOf(world)} is promoted`)
  }
  if (isRunning(from) && !isRunning(to)) record.isOrdered = false
}

/** The target is another than what serves, and than what was tried before. */
function hasCause(
  world: World,
  before: CanaryResource | undefined,
  after: CanaryResource,
): boolean {
  const seen = ({ status }: CanaryResource) =>
    JSON.stringify([status?.lastAppliedSpec, status?.trackedConfigs])
  if (before?.status?.phase === 'Failed' && seen(before) === seen(after)) return false
  // What goes straight over a broken primary is copied before it is noted.
  if (after.status?.phase === 'Promoting') return true
  // Where configuration is tracked again the primary gets its own.
  return revisionOf(world) !== promotedIn(world) || sharesConfig(world)
}

/** How many rounds of checks the Canary asks for, at least. */
export function roundsOf({ metadata, spec }: CanaryResource): number {
  const name = metadata.annotations?.['model/analysis'] ?? 'back'
  const analysis = (name in analyses ? name : 'back') as Analysis
  // Who can't copy requests begins with the weight.
  return analysis === 'mirrored' && spec?.provider !== 'istio' ? 1 : rounds[analysis]
}

/** The older of two Canaries leads, and what is known of rounds is known of one. */
function isTwinThere({ store }: World): boolean {
  return store.get(twinRef) !== undefined
}

function onPrimary(world: World, after: KubeObject, before: KubeObject | undefined): void {
  if (!before || templateOf(after) === templateOf(before) || isTwinThere(world)) return
  const { record } = world
  const canary = canaryIn(world)
  const { phase = '', canaryWeight = 0 } = canary?.status ?? {}
  // What it gets, since people may edit the target while that is written.
  const revision = sharesConfig(world) ? revisionOf(world) : promotedIn(world)
  const isExcused =
    record.isOrdered || canary?.spec?.skipAnalysis || /^(|Initializing)$/.test(phase)
  const isPromotedOver = phase === 'Failed' && canaryWeight === 100
  const passed = record.rounds.filter((round) => round.passed && round.revision === revision)
  if (!isExcused && !isPromotedOver && passed.length < record.asked)
    broken(
      world,
      `${revision} was promoted in ${phase} after ${passed.length} of ${record.asked} rounds`,
    )
}

function templateOf(object: KubeObject): string {
  return JSON.stringify((object as KubeObject & { spec: { template: unknown } }).spec.template)
}

function onTarget(world: World, after: KubeObject, before: KubeObject | undefined): void {
  if (sizeOf(after) > 0 || sizeOf(before) === 0) return
  const sight = look(world)
  if (shareOf('target', sight) > 0)
    broken(world, `the canary was scaled to zero with ${shareOf('target', sight)} % of the traffic`)
}

/** Whether nobody serves there while somebody does elsewhere. */
function isWorse(to: string, { ready }: Sight): boolean {
  return !ready.has(to) && ready.size > 0
}

function onRoute(world: World): void {
  const before = sights.get(world)
  const sight = look(world)
  sights.set(world, sight)
  if ((sight.plain.get(lost) ?? 0) + (sight.marked.get(lost) ?? 0) > 0)
    broken(world, 'requests are taken by nobody')
  const { weather } = world
  if (!before || weather.watchMs > 0 || weather.requestMs > 0) return
  // Who found no Service at all loses nothing by one that leads nowhere yet.
  const unled = shareOf(unserved, before)
  for (const to of ['primary', 'target'])
    if (shareOf(to, sight) > shareOf(to, before) + unled && isWorse(to, sight))
      broken(world, `traffic was led to the ${to}, of which no pod is ready`)
}

/** After what people did: where that leads users is their doing, and who reaches nobody counts as before. */
export function lookAround(world: World): void {
  const sight = look(world)
  if (!sight.plain.has(lost) && !sight.plain.has(unserved)) sights.set(world, sight)
}

/** After a step, when nothing is under way that needs no time. */
export function checkRest(world: World): void {
  const canary = canaryIn(world)
  const { phase = '', canaryWeight = 0 } = canary?.status ?? {}
  if (!canary || canary.metadata.deletionTimestamp || canary.spec?.suspend) return
  if (isTwinThere(world)) return
  const sight = look(world)
  const share = sight.plain.get('target') ?? 0
  if (/^(Initialized|Succeeded|Failed)$/.test(phase) && canaryWeight !== share)
    broken(world, `${phase} says ${canaryWeight} %, and ${share} % of the users meet the canary`)
  const isWeighted = /weights|list|back|mirrored/.test(
    canary.metadata.annotations?.['model/analysis'] ?? '',
  )
  if (
    phase === 'Progressing' &&
    isWeighted &&
    canary.spec?.provider !== 'kubernetes' &&
    share !== canaryWeight
  )
    broken(world, `the status says ${canaryWeight} %, and ${share} % of the users meet the canary`)
}

/** In the end, after a good new revision had all the time it needs. */
export function checkEnd(world: World): void {
  const { status } = canaryIn(world) ?? {}
  const sight = look(world)
  const end = {
    // It was never anything else, where its first copy was made of this.
    phase: status?.phase === 'Initialized' ? 'Succeeded' : status?.phase,
    primary: promotedIn(world),
    share: shareOf('target', sight),
    replicas: sizeOf(world.store.get(world.target)),
    ready: sight.ready.has('primary'),
    copies: copiesIn(world),
  }
  const wanted = {
    phase: 'Succeeded',
    primary: revisionOf(world),
    share: 0,
    replicas: 0,
    ready: true,
    copies: ['PodDisruptionBudget', ...scalerOf(world)],
  }
  if (JSON.stringify(end) !== JSON.stringify(wanted))
    broken(world, `a good revision ended as ${JSON.stringify(end)}`)
}

/** Kinds of what the primary has beside its pods. */
function copiesIn({ store, primary }: World): string[] {
  return [budgetKind, ...Object.values(autoscalerKinds)]
    .filter((kind) => store.get({ ...primary, ...kind }))
    .map(({ kind }) => kind)
}

/** Of the autoscaler that the Canary names, if it does. */
function scalerOf(world: World): string[] {
  const { autoscalerRef } = canaryIn(world)?.spec ?? {}
  return autoscalerRef?.kind === undefined ? [] : [autoscalerRef.kind]
}

/** Every end of a run is told; a second time only by a process that can't know whether it was. */
export function checkAlerts(world: World): void {
  const { ends, heard } = world.record
  for (const occasion of ['succeeded', 'failed'] as const) {
    const happened = ends.filter((end) => end.occasion === occasion).length
    const told = heard.filter((one) => one.occasion === occasion)
    const atOnce = told.filter(({ isLate }) => !isLate).length
    if (told.length < happened || atOnce > happened)
      broken(
        world,
        `${happened} runs have ${occasion}, of which people heard ${told.length} times, ${atOnce} of them at once`,
      )
  }
}

/** What only the controller makes, and so has to go with its Canary. */
export function checkOrphans(world: World): void {
  const kinds = [
    ...routingKinds,
    ...targetKinds.map((kind) => workloadRef(kind, '')),
    ...Object.values(autoscalerKinds),
    budgetKind,
    serviceRef(''),
    { apiVersion: 'v1', kind: 'ConfigMap' },
  ]
  const left = kinds.flatMap((kind) => world.store.list(kind, { namespace: home }))
  const orphans = left.filter(
    ({ metadata: { name, ownerReferences = [] } }) =>
      /-(primary|canary)$/.test(name) || ownerReferences.some(({ kind }) => kind === 'Canary'),
  )
  if (orphans.length > 0)
    broken(world, `left behind: ${orphans.map(({ kind, metadata }) => `${kind} ${metadata.name}`)}`)
}

/** Routing objects of another provider than the Canary's. */
export function checkFormer(world: World): void {
  const spec = canaryIn(world)?.spec
  const wanted = {
    istio: /^(VirtualService|DestinationRule)$/,
    nginx: /^Ingress$/,
    traefik: /^TraefikService$/,
    linkerd: /^TrafficSplit$/,
    'gatewayapi:v1': /^HTTPRoute$/,
    kubernetes: /^$/,
  }
  const own = wanted[(spec?.provider ?? 'istio') as keyof typeof wanted]
  const foreign = routingKinds
    .flatMap((kind) => world.store.list(kind, { namespace: home }))
    .filter(({ kind, metadata }) => metadata.name !== 'front' && !own.test(kind))
  if (foreign.length > 0)
    broken(
      world,
      `of another provider: ${foreign.map(({ kind, metadata }) => `${kind} ${metadata.name}`)}`,
    )
}

export function checkRequests(world: World, since: number, most: number, when: string): void {
  const made = world.record.requests - since
  if (made > most) broken(world, `${made} requests ${when}, and ${most} are enough`)
}

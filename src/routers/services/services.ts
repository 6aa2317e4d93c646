/** The three Kubernetes Services of a canary: apex, primary and canary. */

import type { Canary } from '../../canary/canary.ts'
import { leadsToPods } from '../../canary/names/names.ts'
import { managedBy, ownerReference } from '../../canary/names/ownership.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { KubeObject, Metadata, ObjectRef, Restoration } from '../../objects.ts'
import type { WorkloadFacts } from '../../workloads/workload.ts'
import {
  configuredMaps,
  fluxOff,
  isOwned,
  isOwnedBy,
  only,
  releasedMetadata,
  type Texts,
  withMaps,
} from '../metadata.ts'
import { originalConfiguration, originalSpec, rememberOriginal, together } from '../original.ts'
import type { RouterContext } from '../router.ts'
import { isSamePort, type LivePort, portsOver, wantedPorts } from './service-ports.ts'

interface Service extends KubeObject {
  spec: ServiceSpec
}

interface ServiceSpec {
  type?: string
  clusterIP?: string
  selector?: Texts
  ports?: LivePort[]
  trafficDistribution?: string
}

type Role = 'apex' | 'primary' | 'canary'

/** Every Service that the functions below look up; none when the target itself is a Service. */
export function serviceReads(canary: Canary): ObjectRef[] {
  if (leadsToPods(canary.spec)) return []
  const { canary: canaryName, primary, apex } = canary.names
  return [canaryName, primary, apex].map((name) => serviceRef(canary, name))
}

/** The Services of canary and primary pods. Throws InvalidSpecError without a port. */
export function podServices(context: RouterContext): KubeObject[] {
  if (leadsToPods(context.canary.spec)) return []
  return [renderService(context, 'canary'), renderService(context, 'primary')]
}

/** The Service that users call; it selects the primary pods. Throws as `podServices` does. */
export function apexService(context: RouterContext): KubeObject[] {
  return leadsToPods(context.canary.spec) ? [] : [renderService(context, 'apex')]
}

/**
 * Gives back the Services that were there before the Canary: selector and ports as the user
 * applied them or as they were remembered; an apex whose original nobody knows selects the
 * target's pods. Services that a Canary owns go with it.
 */
export function restoreServices(context: RouterContext): Restoration {
  if (leadsToPods(context.canary.spec)) return { write: [], remove: [] }
  return together(roles.map((role) => restoreService(context, role)))
}

const roles: readonly Role[] = ['apex', 'primary', 'canary']

function renderService(context: RouterContext, role: Role): Service {
  const { canary, find } = context
  const name = canary.names[role]
  const found = find<Service>(serviceRef(canary, name))
  return found ? correctedService(context, role, found) : newService(context, role)
}

function newService(context: RouterContext, role: Role): Service {
  const { canary, facts } = context
  const { headless, trafficDistribution } = canary.spec.service ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: canary.names[role],
      namespace: canary.namespace,
      ...managedMaps({ canary, facts }, role, {}),
      ownerReferences: [ownerReference(canary)],
    },
    spec: {
      type: 'ClusterIP',
      ...(headless ? { clusterIP: 'None' } : {}),
      ...(trafficDistribution ? { trafficDistribution } : {}),
      selector: selectorOf(facts, role),
      ports: portsOf(context, role),
    },
  }
}

/** Type, cluster IP and all else that the user or the API server chose stay as they are. */
function correctedService(context: RouterContext, role: Role, found: Service): Service {
  const { canary, facts } = context
  const { trafficDistribution } = canary.spec.service ?? {}
  const spec: ServiceSpec = {
    ...found.spec,
    ...(trafficDistribution ? { trafficDistribution } : {}),
    selector: selectorOf(facts, role, found.spec.selector),
    ports: portsOver(found.spec.ports ?? [], portsOf(context, role, found)),
  }
  if (!isOwnedBy(found, canary)) return takenOver(context, found, spec)
  const { labels, annotations, ...rest } = found.metadata
  const maps = managedMaps(context, role, { labels, annotations })
  return { ...found, metadata: { ...rest, ...maps }, spec }
}

/**
 * All three Services offer the ports of the one that users call, under the same names: an Ingress
 * that names one, and its copy, may lead to any of them.
 */
function portsOf(context: RouterContext, role: Role, found?: Service): LivePort[] {
  const { canary, facts, find } = context
  const apex = role === 'apex' ? found : find<Service>(serviceRef(canary, canary.names.apex))
  const taken = portsOfOthers(canary, apex)
  const own = role === 'apex' ? [] : portsOfOthers(canary, found)
  const { discoveredPorts, primaryPorts = discoveredPorts } = facts
  const discovered = role === 'canary' ? discoveredPorts : primaryPorts
  const ports = wantedPorts(canary, { taken: [...taken, ...own], discovered })
  return role === 'canary' ? ports : ports.map((port) => servedPort(port, found, facts))
}

/** Ports of a Service that somebody else made. */
function portsOfOthers(canary: Canary, found: Service | undefined): readonly LivePort[] {
  return found && !isOwnedBy(found, canary) ? (found.spec.ports ?? []) : []
}

/**
 * A container port that comes with a new version is not there before that is promoted: until then
 * the port leads where the primary still listens.
 */
function servedPort(
  port: LivePort,
  found: Service | undefined,
  { offered }: WorkloadFacts,
): LivePort {
  const live = found?.spec.ports?.find((other) => isSamePort(other, port))?.targetPort
  const { targetPort } = port
  if (!offered || live === undefined || targetPort === undefined) return port
  const { byTarget, byPrimary } = offered
  const isToCome = byTarget.includes(targetPort) && !byPrimary.includes(targetPort)
  return isToCome && byPrimary.includes(live) ? { ...port, targetPort: live } : port
}

/** A Service of someone else keeps its metadata; a change leaves the way back in it. */
function takenOver(context: RouterContext, found: Service, spec: ServiceSpec): Service {
  const { selector, ports, trafficDistribution } = found.spec
  const isSame =
    sameMap(selector, spec.selector) &&
    trafficDistribution === spec.trafficDistribution &&
    JSON.stringify(ports) === JSON.stringify(spec.ports)
  if (isSame) return found
  // One that selects primary pods already was taken over by Flagger: that is no original.
  const isOriginal = !selectsPrimary(selector, context)
  const memory = isOriginal ? rememberOriginal(found, { selector, ports, trafficDistribution }) : {}
  const annotations = { ...found.metadata.annotations, ...fluxOff, ...memory }
  return { ...found, metadata: { ...found.metadata, annotations }, spec }
}

/**
 * What others write on a Service of ours stays: cloud controllers and meshes keep their notes
 * there. What the Canary says is written, but for the keys that it calls unmanaged.
 */
function managedMaps(
  { canary, facts }: Pick<RouterContext, 'canary' | 'facts'>,
  role: Role,
  live: { labels?: Texts | undefined; annotations?: Texts | undefined },
): Partial<Metadata> {
  const { service } = canary.spec
  const { labels, annotations } = service?.[role] ?? {}
  const unmanaged = service?.unmanagedMetadata ?? {}
  const maps = configuredMaps({
    live,
    configured: { labels, annotations },
    ours: {
      labels: { ...managedBy, [facts.selectorKey]: canary.names[role] },
      annotations: fluxOff,
    },
  })
  return withMaps({
    labels: { ...maps.labels, ...only(live.labels, unmanaged.labels) },
    annotations: { ...maps.annotations, ...only(live.annotations, unmanaged.annotations) },
  })
}

function restoreService(context: RouterContext, role: Role): Restoration {
  const { canary, find } = context
  const found = find<Service>(serviceRef(canary, canary.names[role]))
  if (!found || isOwned(found)) return { write: [], remove: [] }
  const spec = originalSpecOf(context, role, found)
  if (!spec) return { write: [], remove: [] }
  const metadata = releasedMetadata(found.metadata, [originalConfiguration])
  const restored: Service = { ...found, metadata, spec }
  return { write: [restored], remove: [] }
}

/** Undefined for a Service that was never changed. */
function originalSpecOf(
  context: RouterContext,
  role: Role,
  found: Service,
): ServiceSpec | undefined {
  const { selector, ports, trafficDistribution, ...rest } = found.spec
  const original = rememberedSpec(found)
  // What the Canary never set is whoever's who did.
  const isOurs = Boolean(context.canary.spec.service?.trafficDistribution)
  const kept = isOurs || trafficDistribution === undefined ? {} : { trafficDistribution }
  if (original) return { ...rest, ...kept, ...original }
  if (role !== 'apex' || !selectsPrimary(selector, context)) return undefined
  return { ...found.spec, selector: { ...context.facts.targetLabels } }
}

/** Selector and ports from before the take-over, with the node ports that are in use. */
function rememberedSpec(found: Service): Partial<ServiceSpec> | undefined {
  const original = originalSpec(found)
  if (!original) return undefined
  const { selector, ports, trafficDistribution } = original as ServiceSpec
  if (ports !== undefined && !Array.isArray(ports)) {
    const { name, namespace = '' } = found.metadata
    throw new InvalidSpecError(
      `service ${name}.${namespace}: the original configuration in its annotations has no list ` +
        'of ports; correct or remove the annotation',
    )
  }
  return {
    ...(selector ? { selector } : {}),
    ...(trafficDistribution ? { trafficDistribution } : {}),
    ...(ports ? { ports: portsOver(found.spec.ports ?? [], ports) } : {}),
  }
}

/** `live` is what the Service selects by at present, where it exists. */
function selectorOf(facts: WorkloadFacts, role: Role, live: Texts = {}): Texts {
  const { targetLabels, primaryLabels, furtherLabels } = facts
  if (role === 'canary') return { ...targetLabels }
  const { labels = {}, areOnAll = false } = furtherLabels ?? {}
  // A Service that selects by them already found all pods with them: those that come have them.
  const isSafe = areOnAll || Object.entries(labels).every(([key, value]) => live[key] === value)
  return { ...primaryLabels, ...(isSafe ? labels : {}) }
}

/** True for the selector of a Service that was taken over before, by us or by Flagger. */
function selectsPrimary(selector: Texts = {}, { facts }: RouterContext): boolean {
  const { selectorKey, primaryLabels } = facts
  return selector[selectorKey] === primaryLabels[selectorKey]
}

function serviceRef({ namespace }: Canary, name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Service', namespace, name }
}

function sameMap(some: Texts = {}, other: Texts = {}): boolean {
  const keys = Object.keys(some)
  return keys.length === Object.keys(other).length && keys.every((key) => some[key] === other[key])
}

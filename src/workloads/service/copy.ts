/** The copies of a Service: what it leads to, and nothing that the cluster gave to it alone. */
import type { Canary } from '../../canary/canary.ts'
import { managedBy, ownerReference } from '../../canary/names/ownership.ts'
import type { KubeObject, OwnerReference } from '../../objects.ts'
import { copiedAnnotations, withoutToolkit } from '../metadata.ts'
import { revisionOf } from '../revision.ts'

export interface Service extends KubeObject {
  spec: {
    type?: string
    clusterIP?: string
    ports?: { nodePort?: number; [field: string]: unknown }[]
    trafficDistribution?: string
    [field: string]: unknown
  }
}

/** Addresses, node ports and load balancers belong to one Service each. */
const copiedFields = [
  'externalName',
  'internalTrafficPolicy',
  'publishNotReadyAddresses',
  'selector',
  'sessionAffinity',
  'sessionAffinityConfig',
]

/** Identifies where a Service leads: of target and primary the same once it is promoted. */
export function revisionOfService(of: Service, canary: Canary): string {
  const { trafficDistribution, ...content } = contentOf(of)
  // What the Canary sets is on the copies alone.
  const isSet = Boolean(canary.spec.service?.trafficDistribution)
  return revisionOf(isSet ? content : { ...content, trafficDistribution })
}

/** The copy by this name as the target is now; `found` keeps its address, and what others wrote. */
export function copyOf(
  target: Service,
  { name, found, canary }: { name: string; found: Service | undefined; canary: Canary },
): Service {
  const { labels, annotations } = target.metadata
  const base: KubeObject = found ?? {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: canary.namespace },
  }
  const copied = copiedAnnotations(annotations)
  const all = { ...base.metadata.annotations, ...copied }
  return {
    ...base,
    metadata: {
      ...base.metadata,
      labels: { ...base.metadata.labels, ...withoutToolkit(labels), ...managedBy },
      ...(Object.keys(all).length > 0 && { annotations: all }),
      ownerReferences: ownersOf(base, canary),
    },
    spec: specOf(target, found, canary),
  }
}

function specOf(target: Service, found: Service | undefined, canary: Canary): Service['spec'] {
  const content = contentOf(target)
  const { trafficDistribution = content.trafficDistribution } = canary.spec.service ?? {}
  const isHeadless = target.spec.clusterIP === 'None'
  const wanted = {
    ...content,
    ...(trafficDistribution && { trafficDistribution }),
  }
  if (wanted.type === 'ExternalName') return wanted
  return { ...(found ? addressesOf(found) : isHeadless && { clusterIP: 'None' }), ...wanted }
}

function contentOf({ spec }: Service): Service['spec'] {
  const { type, ports, trafficDistribution } = spec
  return {
    ...pick(spec, copiedFields),
    type: type === 'ExternalName' ? type : 'ClusterIP',
    ...(ports && { ports: ports.map(({ nodePort: _, ...port }) => port) }),
    ...(trafficDistribution && { trafficDistribution }),
  }
}

/** What the cluster gave to a Service when it was made. */
function addressesOf({ spec }: Service): object {
  return pick(spec, ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'])
}

function pick(spec: object, fields: readonly string[]): object {
  return Object.fromEntries(
    Object.entries(spec).filter(([field, value]) => fields.includes(field) && value !== undefined),
  )
}

/** Flagger's promotion gives the primary the owners of its target, so that it would never go. */
function ownersOf({ metadata }: KubeObject, canary: Canary): OwnerReference[] {
  const own = ownerReference(canary)
  const others = (metadata.ownerReferences ?? []).filter(({ uid }) => uid !== own.uid)
  return [own, ...others.map((owner) => ({ ...owner, controller: false }))]
}

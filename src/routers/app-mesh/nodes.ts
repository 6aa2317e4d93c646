/** VirtualNodes: the pods of primary and canary, as the mesh knows them. */
import { parseDuration } from '../../canary/duration.ts'
import { apexMetadata, fluxOff, routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal } from '../original.ts'
import { type Fields, list, record } from '../reading.ts'
import type { RouterContext } from '../router.ts'
import { appMeshRef, versionOf } from './version.ts'

/** Of the first version the apex has a node, too, which is the primary's. */
export function virtualNodes(context: RouterContext): Specified[] {
  const { names } = context.canary
  const sides = [
    { name: names.primary, side: 'primary' },
    { name: names.canary, side: 'canary' },
  ] as const
  const apex = { name: names.apex, side: 'primary' } as const
  const all = versionOf(context.canary) === 'v1beta1' ? [apex, ...sides] : sides
  return all.map(({ name, side }) => virtualNode(context, name, side))
}

function virtualNode(context: RouterContext, name: string, side: 'primary' | 'canary'): Specified {
  const { canary, find } = context
  const { apiVersion, kind } = appMeshRef(canary, 'node', name)
  const found = find<Specified>(appMeshRef(canary, 'node', name))
  const discovery = discoveryOf(context, side)
  const isTaken = JSON.stringify(found?.spec?.serviceDiscovery) === JSON.stringify(discovery)
  const metadata = routeMetadata(context, {
    name,
    found,
    configured: apexMetadata(context),
    annotations: { ...fluxOff, ...(isTaken ? {} : rememberOriginal(found, found?.spec)) },
  })
  const { backends: _, logging: __, ...kept } = found?.spec ?? {}
  const spec = {
    ...kept,
    ...ofVersion(context, side),
    listeners: [listener(context, record(list(kept.listeners)[0]))],
    serviceDiscovery: discovery,
    ...backendsOf(context),
    ...loggingOf(context),
  }
  return { ...found, apiVersion, kind, metadata, spec }
}

/** The first version names its mesh; of the second one AWS' webhook chooses it. */
function ofVersion({ canary, facts }: RouterContext, side: 'primary' | 'canary'): Fields {
  if (versionOf(canary) === 'v1beta1') return { meshName: canary.spec.service?.meshName }
  const matchLabels = side === 'primary' ? facts.primaryLabels : facts.targetLabels
  // Without labels it would be every pod of the namespace.
  return Object.keys(matchLabels).length > 0 ? { podSelector: { matchLabels } } : {}
}

function discoveryOf({ canary }: RouterContext, side: 'primary' | 'canary'): Fields {
  const host = `${canary.names[side]}.${canary.namespace}`
  return versionOf(canary) === 'v1beta1'
    ? { dns: { hostName: host } }
    : { dns: { hostname: `${host}.svc.cluster.local.` } }
}

/** Port and protocol, for nodes and routers alike. */
export function portMapping({ canary }: Pick<RouterContext, 'canary'>): Fields {
  const { port, targetPort } = canary.spec.service ?? {}
  const isContainers = versionOf(canary) === 'v1beta2' && typeof targetPort === 'number'
  return {
    port: isContainers && targetPort > 0 ? targetPort : port,
    protocol: isGrpc(canary) ? 'grpc' : 'http',
  }
}

/** As Flagger tells: by `grpc` in the name of the port. */
export function isGrpc({ spec }: RouterContext['canary']): boolean {
  return spec.service?.portName?.includes('grpc') ?? false
}

/** Health checks and the like of a listener stay. */
function listener(context: RouterContext, { timeout: _, ...found }: Fields): Fields {
  const { canary } = context
  const perRequest = requestTimeout(canary)
  const isTimed = perRequest && versionOf(canary) === 'v1beta2'
  return {
    ...found,
    portMapping: portMapping(context),
    ...(isTimed && { timeout: { [isGrpc(canary) ? 'grpc' : 'http']: { perRequest } } }),
  }
}

/** `spec.service.timeout`, as the second version writes it; a text that is none is left out. */
export function requestTimeout({ spec }: RouterContext['canary']): Fields | undefined {
  const value = parseDuration(spec.service?.timeout ?? '')
  return value === undefined || value <= 0 ? undefined : { unit: 'ms', value }
}

function backendsOf({ canary }: RouterContext): Fields {
  const backends = (canary.spec.service?.backends ?? []).map((backend) => {
    if (versionOf(canary) === 'v1beta1') return { virtualServiceName: backend }
    return backend.startsWith('arn:aws')
      ? { virtualServiceARN: backend }
      : { virtualServiceRef: { name: backend } }
  })
  if (backends.length === 0) return {}
  return { backends: backends.map((virtualService) => ({ virtualService })) }
}

function loggingOf({ canary }: RouterContext): Fields {
  const { annotations = {} } = canary.metadata
  if (annotations['appmesh.flagger.app/accesslog'] !== 'enabled') return {}
  return { logging: { accessLog: { file: { path: '/dev/stdout' } } } }
}

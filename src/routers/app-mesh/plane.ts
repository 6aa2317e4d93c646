/**
 * AWS App Mesh, as its user guide says: callers name a VirtualService, whose router takes the
 * route with the lowest priority that a request meets; its targets share by weights; a node is
 * where its DNS name leads.
 * https://docs.aws.amazon.com/app-mesh/latest/userguide/routes.html
 */
import type { StringMatch } from '../../canary/api.gen.ts'
import type { KubeObject } from '../../objects.ts'
import {
  type Called,
  chosen,
  envoyCounts,
  type Objects,
  type Plane,
  type UserRequest,
} from '../../sandbox/traffic/plane.ts'
import { headersFor, meets } from '../../sandbox/traffic/string-match.ts'

interface VirtualService extends KubeObject {
  spec?: {
    provider?: { virtualRouter?: { virtualRouterRef?: { name: string } } }
    routes?: Route[]
  }
}

interface VirtualRouter extends KubeObject {
  spec?: { routes?: Route[] }
}

interface Route {
  priority?: number
  http?: Content
  httpRoute?: Content
  grpcRoute?: Content
}

interface Content {
  match?: { prefix?: string; headers?: Condition[]; metadata?: Condition[] }
  action?: { weightedTargets?: Target[] }
}

interface Condition {
  name: string
  match?: StringMatch
}

interface Target {
  virtualNodeName?: string
  virtualNodeRef?: { name: string }
  weight: number
}

interface VirtualNode extends KubeObject {
  spec?: { serviceDiscovery?: { dns?: { hostName?: string; hostname?: string } } }
}

const versions = ['appmesh.k8s.aws/v1beta2', 'appmesh.k8s.aws/v1beta1']

export const plane: Plane = {
  road(called, objects) {
    const routes = routesTo(called, objects)
    if (!routes) return undefined
    const nodes = listed<VirtualNode>(objects, 'VirtualNode', called.namespace)
    const inOrder = [...routes].sort((one, other) => rankOf(one) - rankOf(other)).map(contentOf)
    return (request, random) => {
      const { action } = inOrder.find((content) => holds(content, request)) ?? {}
      const shares = (action?.weightedTargets ?? []).map((to) => ({ to, weight: to.weight }))
      const taken = chosen(shares, random)
      const name = taken?.virtualNodeRef?.name ?? taken?.virtualNodeName
      const node = nodes.find(({ metadata }) => metadata.name === name)
      const { hostName, hostname = hostName } = node?.spec?.serviceDiscovery?.dns ?? {}
      const [service] = hostname?.split('.') ?? []
      return service ? { service } : {}
    }
  },

  counts: ({ namespace, endpoint, service, status, latencyMs }) =>
    envoyCounts(
      { kubernetes_namespace: namespace, kubernetes_pod_name: endpoint?.pod ?? service },
      { status, latencyMs },
    ),

  tester: headersFor,
}

/** Names of the older version have the namespace. */
function routesTo({ namespace, service }: Called, objects: Objects): Route[] | undefined {
  const services = listed<VirtualService>(objects, 'VirtualService', namespace)
  const found = services.find(({ apiVersion, metadata }) => {
    const name = apiVersion === versions[0] ? service : `${service}.${namespace}`
    return metadata.name === name
  })
  const router = found?.spec?.provider?.virtualRouter?.virtualRouterRef?.name
  if (router === undefined) return found?.spec?.routes
  const routers = listed<VirtualRouter>(objects, 'VirtualRouter', namespace)
  return routers.find(({ metadata }) => metadata.name === router)?.spec?.routes ?? []
}

function listed<T extends KubeObject>(objects: Objects, kind: string, namespace: string): T[] {
  return versions.flatMap((apiVersion) =>
    objects
      .list<T>({ apiVersion, kind }, namespace)
      .filter((object) => object.apiVersion === apiVersion),
  )
}

const contentOf = ({ http, httpRoute, grpcRoute }: Route): Content =>
  http ?? httpRoute ?? grpcRoute ?? {}

/** A route without a priority comes last. */
const rankOf = ({ priority = 1_001 }: Route): number => priority

function holds({ match = {} }: Content, { path, headers }: UserRequest): boolean {
  const { prefix = '/', headers: ofHeaders = [], metadata = [] } = match
  return (
    path.startsWith(prefix) &&
    [...ofHeaders, ...metadata].every(({ name, match: of = {} }) =>
      meets(headers[name.toLowerCase()], of),
    )
  )
}

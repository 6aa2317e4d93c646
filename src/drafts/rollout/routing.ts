/** Who splits the traffic of a Rollout, and what its Canary says of that. Pure. */
import type { KubeObject } from '../../objects.ts'
import { type ImportRemark, listOf, others, remark, type TrafficRouting } from './rollout.ts'

export interface Routing {
  /** Absent where nothing of the kind is supported. */
  provider: string | undefined
  /** Beside `provider`, such as `ingressRef`. */
  spec: object
  /** Beside the port. */
  service: object
  /** The Service that users call, where that is none of the two versions. */
  root?: string | undefined
  remarks: ImportRemark[]
}

type Found = Omit<Routing, 'remarks'> & { remarks?: ImportRemark[] }

const path = 'spec.strategy.canary.trafficRouting'
const managed = ['managedRoutes', 'maxTrafficWeight']
const gatewayPlugin = 'argoproj-labs/gatewayAPI'
const contourPlugin = 'argoproj-labs/contour'

/** The first that is supported; the others are told. `around` has the routes that it names. */
export function routingOf(
  routing: TrafficRouting | undefined,
  around: readonly KubeObject[],
): Routing {
  if (!routing) return { provider: undefined, spec: {}, service: {}, remarks: [] }
  const known = Object.entries(readers).flatMap(([name, read]) => {
    const found = read(routing, around)
    return found ? [{ name, found }] : []
  })
  const [first, ...more] = known
  const strange = [
    ...others(routing, [...Object.keys(readers), 'plugins', ...managed]),
    ...Object.keys(routing.plugins ?? {}).filter(
      (name) => name !== gatewayPlugin && name !== contourPlugin,
    ),
  ]
  const weight = first ? 'lost' : 'essential'
  const remarks = [
    ...(first?.found.remarks ?? []),
    ...more.map(({ name }) =>
      remark('lost', `${path}.${name}`, 'a Canary has one provider, and this is the second'),
    ),
    ...strange.map((name) => remark(weight, `${path}.${name}`, 'is not supported')),
    ...(routing.maxTrafficWeight === undefined || routing.maxTrafficWeight === 100
      ? []
      : [remark('lost', `${path}.maxTrafficWeight`, 'weights are percent here')]),
  ]
  if (!first) return { provider: undefined, spec: {}, service: {}, remarks }
  const { provider, spec, service, root } = first.found
  return { provider, spec, service, root, remarks }
}

type Read = (routing: TrafficRouting, around: readonly KubeObject[]) => Found | undefined

const readers: Readonly<Record<string, Read>> = {
  istio({ istio }, around) {
    if (!istio) return undefined
    const names = [istio.virtualService, ...listOf(istio.virtualServices)].flatMap(
      (one) => one?.name ?? [],
    )
    const found = around.find(
      ({ kind, metadata }) => kind === 'VirtualService' && names.includes(metadata.name),
    )
    const { hosts, gateways } = specOf(found)
    const service = {
      ...(hosts !== undefined && { hosts }),
      ...(gateways !== undefined && { gateways }),
    }
    const field = `${path}.istio`
    return {
      ...{ provider: 'istio', spec: {}, service },
      remarks: [
        ...(istio.destinationRule
          ? [remark('changed', field, 'versions have Services of their own, and no subsets')]
          : []),
        ...(found
          ? [remark('todo', field, takenOver(`VirtualService "${found.metadata.name}"`))]
          : [
              remark(
                'todo',
                field,
                'set spec.service.hosts and gateways as the VirtualService has',
              ),
            ]),
      ],
    }
  },
  nginx({ nginx }) {
    if (!nginx) return undefined
    const names = [nginx.stableIngress, ...listOf(nginx.stableIngresses)].flatMap(
      (one) => one ?? [],
    )
    return { provider: 'nginx', spec: ingresses(names), service: {} }
  },
  traefik({ traefik }) {
    if (!traefik) return undefined
    const name = traefik.weightedTraefikServiceName ?? ''
    const message = `the controller makes a TraefikService named as the Service; routes lead to "${name}" now`
    const remarks = [remark('todo', `${path}.traefik`, message)]
    return { provider: 'traefik', spec: {}, service: {}, remarks }
  },
  apisix({ apisix }) {
    if (!apisix) return undefined
    const { name } = apisix.route ?? {}
    const routeRef = { apiVersion: 'apisix.apache.org/v2', kind: 'ApisixRoute', name }
    return { provider: 'apisix', spec: name === undefined ? {} : { routeRef }, service: {} }
  },
  alb({ alb }) {
    if (!alb) return undefined
    const [name, ...more] = [alb.ingress, ...listOf(alb.ingresses)].flatMap((one) => one ?? [])
    const message =
      name === undefined
        ? 'set spec.ingressRef: the Rollout names no Ingress'
        : `the paths of the Ingress "${name}" to the Service lead to an action of the controller`
    return {
      ...{ provider: 'alb', spec: name === undefined ? {} : ingress(name), service: {} },
      root: alb.rootService,
      remarks: [
        remark('todo', `${path}.alb`, message),
        ...more.map((one) =>
          remark('lost', `${path}.alb.ingresses`, `a Canary has one Ingress here: not "${one}"`),
        ),
      ],
    }
  },
  smi({ smi }) {
    return smi && { provider: 'smi:v1alpha1', spec: {}, service: {}, root: smi.rootService }
  },
  appMesh: (routing) => plain('appMesh' in routing, 'appmesh:v1beta2'),
  [gatewayPlugin]({ plugins }, around) {
    const plugin = plugins?.[gatewayPlugin]
    if (!plugin) return undefined
    const route = around.find(
      ({ kind, metadata }) => kind === 'HTTPRoute' && metadata.name === plugin.httpRoute,
    )
    const { parentRefs, hostnames } = specOf(route)
    const service = {
      ...(hostnames !== undefined && { hosts: hostnames }),
      ...(parentRefs !== undefined && { gatewayRefs: parentRefs }),
    }
    const message = route
      ? takenOver(`HTTPRoute "${route.metadata.name}"`)
      : 'set spec.service.gatewayRefs and hosts as the HTTPRoute has'
    const remarks = [remark('todo', `${path}.plugins`, message)]
    return { provider: 'gatewayapi:v1', spec: {}, service, remarks }
  },
  [contourPlugin]: ({ plugins }) => plain(plugins?.[contourPlugin] !== undefined, 'contour'),
}

function plain(isThere: boolean, provider: string): Found | undefined {
  return isThere ? { provider, spec: {}, service: {} } : undefined
}

function ingress(name: string) {
  return { ingressRef: ingressNamed(name) }
}

function ingressNamed(name: string) {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name }
}

/** Each once, in the fields that a Canary has for the first and for the others. */
function ingresses(names: readonly string[]): object {
  const [first, ...more] = new Set(names)
  if (first === undefined) return {}
  return { ...ingress(first), ...(more.length > 0 && { ingressRefs: more.map(ingressNamed) }) }
}

function takenOver(what: string): string {
  return `the controller makes a route of its own; delete the ${what} once it serves`
}

/** Outside data: lists that are passed on as they are. */
function specOf(object: KubeObject | undefined) {
  const { spec } = (object ?? {}) as { spec?: Record<string, unknown> }
  const { hosts, gateways, parentRefs, hostnames } = spec ?? {}
  return { hosts, gateways, parentRefs, hostnames }
}

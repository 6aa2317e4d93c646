/** SMI: one TrafficSplit with the name of the apex; its versions differ in how weights are written. */
import type { Canary } from '../../canary/canary.ts'
import type { ObjectRef } from '../../objects.ts'
import { namespacedKind, type ResourceKind } from '../../resource-kind.ts'
import { routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal, restoreRoute, specBefore } from '../original.ts'
import { type Fields, list, record } from '../reading.ts'
import { accepted, type Router, type RouterContext, type Routes } from '../router.ts'
import { type BackendFormat, droppedFrom, isSplit, readSplit, splitBeside } from './backends.ts'

export const smiVersions = ['v1alpha1', 'v1alpha2', 'v1alpha3'] as const
export type SmiVersion = (typeof smiVersions)[number]

/** The kind in one version of the API, such as `split.smi-spec.io/v1alpha2`. */
export function trafficSplits(version: SmiVersion): ResourceKind {
  return namespacedKind(`split.smi-spec.io/${version}`, 'TrafficSplit', 'trafficsplits')
}

/** The router of a mesh that reads TrafficSplits of the version that a provider string means. */
export function trafficSplitRouter(versionOf: (provider: string) => SmiVersion): Router {
  const refOf = ({ namespace, names, provider }: Canary): ObjectRef => {
    const { apiVersion, kind } = trafficSplits(versionOf(provider))
    return { apiVersion, kind, namespace, name: names.apex }
  }
  return {
    abilities: () => ({
      weights: true,
      match: false,
      mirror: false,
      mirrorWeight: false,
      sessionAffinity: false,
      tenths: true,
    }),

    reads: ({ canary }) => [refOf(canary)],

    routes({ canary, find }) {
      const found = find<Specified>(refOf(canary))
      return found && readTrafficSplit(canary, found)
    },

    accepted: () => accepted,

    render(context, routes) {
      const isText = versionOf(context.canary.provider) === 'v1alpha1'
      return [rendered(context, { ref: refOf(context.canary), routes, isText })]
    },

    restore: (context) => restoreRoute(context, refOf(context.canary)),

    warnings: (context) => warningsOf(context, refOf(context.canary)),
  }
}

/** Numbers, and texts of numbers: a cluster shows the objects of one version in the other too. */
const format: BackendFormat = {
  serviceOf: ({ service }) => (typeof service === 'string' ? service : undefined),
  weightOf({ weight }) {
    const [, digits, milli] = /^(\d+)(m?)$/.exec(`${weight}`) ?? []
    return digits === undefined ? 0 : Number(digits) / (milli ? 1_000 : 1)
  },
}

function readTrafficSplit(canary: Canary, { spec }: Specified): Routes | undefined {
  const { apex, primary, canary: ofCanary } = canary.names
  const empty =
    `TrafficSplit ${apex}.${canary.namespace} does not contain routes for ${primary} and ` +
    `${ofCanary}: give one of them a weight`
  return readSplit(canary, { found: backendsIn(spec), format, empty })
}

interface Rendering {
  ref: ObjectRef
  routes: Routes
  /** Weights are written as texts. */
  isText: boolean
}

/** As in Flagger the canary comes first, and a weight of zero is written. */
function rendered(context: RouterContext, { ref, routes, isText }: Rendering): Specified {
  const { canary, find } = context
  const { apiVersion, kind, name } = ref
  const found = find<Specified>(ref)
  const backends = backendsIn(found?.spec)
  const split = splitBeside(canary, routes, { found: backends, format })
  const asWeight = (weight: number) => (isText ? `${weight}` : weight)
  const isTaken = isSplit(canary, backends, format)
  const metadata = routeMetadata(context, {
    name,
    found,
    annotations: {
      ...(found ? {} : gatewaysOf(canary)),
      ...(isTaken ? {} : rememberOriginal(found, found?.spec)),
    },
  })
  const [host] = canary.spec.service?.hosts ?? []
  const spec = {
    ...record(found?.spec),
    service: host || canary.names.apex,
    backends: [
      { service: canary.names.canary, weight: asWeight(split.canary) },
      { service: canary.names.primary, weight: asWeight(split.primary) },
      ...split.others.map(({ entry, weight }) => ({ ...entry, weight: asWeight(weight) })),
    ],
  }
  return { ...found, apiVersion, kind, metadata, spec }
}

/** Read by the adapter of SMI for Istio, when the object is new. */
function gatewaysOf({ provider, spec }: Canary): Record<string, string> {
  const { gateways = [] } = spec.service ?? {}
  if (!/^smi:v1alpha\d:istio$/.test(provider) || gateways.length === 0) return {}
  return {
    'VirtualService.v1alpha3.networking.istio.io/spec.gateways': JSON.stringify(gateways),
  }
}

function backendsIn(spec: unknown): Fields[] {
  return list(record(spec).backends)
}

function warningsOf({ canary, find }: RouterContext, ref: ObjectRef): string[] {
  const { hosts = [] } = canary.spec.service ?? {}
  const [first, ...others] = hosts
  const ignored =
    others.length === 0
      ? []
      : [
          `canary ${canary.label}: spec.service.hosts: only the first, ${first}, has an effect ` +
            `with provider ${canary.provider}; remove ${others.join(', ')}`,
        ]
  const found = find<Specified>(ref)
  const original = found ? backendsIn(specBefore(found)) : []
  const dropped = droppedFrom(canary, { original, format })
  if (dropped.length === 0) return ignored
  return [
    ...ignored,
    `TrafficSplit ${ref.name}.${canary.namespace}: its backends ${dropped.join(', ')} get no ` +
      'requests; they come back when the Canary is deleted with revertOnDeletion',
  ]
}

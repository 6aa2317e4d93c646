/** Upstreams: how Gloo reaches the pods of primary and canary. */
import type { Canary } from '../../canary/canary.ts'
import { sharingProblem } from '../../canary/sharing.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { KubeObject, ObjectRef } from '../../objects.ts'
import { namespacedKind } from '../../resource-kind.ts'
import { routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal } from '../original.ts'
import { type Fields, record } from '../reading.ts'
import type { RouterContext } from '../router.ts'
import { podServices, serviceReads } from '../services/services.ts'

export const upstreamKind = namespacedKind('gloo.solo.io/v1', 'Upstream', 'upstreams')

type Side = 'primary' | 'canary'

/** Named as by Flagger: `NAMESPACE-SERVICEupstream-PORT`. */
export function upstreamRef({ namespace, names, spec }: Canary, side: Side): ObjectRef {
  const { apiVersion, kind } = upstreamKind
  const name = `${namespace}-${names[side]}upstream-${spec.service?.port ?? 0}`
  return { apiVersion, kind, namespace, name }
}

/** What `upstreams` looks up. */
export function upstreamReads(canary: Canary): ObjectRef[] {
  const config = configRef(canary)
  const own = [upstreamRef(canary, 'primary'), upstreamRef(canary, 'canary')]
  return [...own, ...(config ? [config] : []), ...serviceReads(canary)]
}

/** Both Upstreams. Throws InvalidSpecError where the one that they are to be like is not there. */
export function upstreams(context: RouterContext): Specified[] {
  const settings = configured(context)
  return (['primary', 'canary'] as const).map((side) => upstream(context, side, settings))
}

function upstream(context: RouterContext, side: Side, settings: Fields): Specified {
  const { canary, find } = context
  const { apiVersion, kind, name } = upstreamRef(canary, side)
  const found = find<Specified>(upstreamRef(canary, side))
  const live = record(found?.spec?.kube)
  const selector = selectorOf(context, side)
  const kube = {
    ...live,
    serviceName: canary.names[side],
    serviceNamespace: canary.namespace,
    servicePort: canary.spec.service?.port ?? 0,
    ...(selector === undefined ? {} : { selector }),
  }
  const isTaken = live.serviceName === canary.names[side]
  const metadata = routeMetadata(context, {
    name,
    found,
    annotations: isTaken ? {} : rememberOriginal(found, found?.spec),
  })
  const kept = Object.entries(found?.spec ?? {}).filter(([field]) => !(field in settings))
  const given = Object.entries(settings).filter(([, of]) => of !== undefined)
  const spec = { ...Object.fromEntries([...kept, ...given]), kube }
  return { ...found, apiVersion, kind, metadata, spec }
}

/** What the Service selects by, as it is about to be; of a Service that others make, as it is. */
function selectorOf(context: RouterContext, side: Side): unknown {
  const { canary, find } = context
  const name = canary.names[side]
  const rendered = podServices(context).find(({ metadata }) => metadata.name === name)
  const ref = { apiVersion: 'v1', kind: 'Service', namespace: canary.namespace, name }
  const service: Specified | undefined = rendered ?? readable(context, ref, find)
  return service?.spec?.selector
}

function readable({ canary }: RouterContext, ref: ObjectRef, find: RouterContext['find']) {
  const isRead = serviceReads(canary).some(({ name }) => name === ref.name)
  return isRead ? find<Specified>(ref) : undefined
}

/** Fields that decide how pods are spoken to. */
const copied = [
  'sslConfig',
  'circuitBreakers',
  'connectionConfig',
  'loadBalancerConfig',
  'useHttp2',
  'initialStreamWindowSize',
  'initialConnectionWindowSize',
  'httpProxyHostname',
]

/** These fields of the Upstream that the Canary names: undefined where that has none. */
function configured({ canary, find, settings }: RouterContext): Fields {
  const ref = configRef(canary)
  if (!ref) return {}
  const found = find<KubeObject & { spec?: unknown }>(ref)
  if (!found)
    throw new InvalidSpecError(
      `config upstream ${ref.name}.${ref.namespace} get query error: not found; create it, or ` +
        `correct spec.upstreamRef of canary ${canary.label}`,
    )
  // Its TLS settings name Secrets, which the proxy then uses for the Canary's pods.
  const unshared = sharingProblem(found, canary.namespace, settings.sharing)
  if (unshared !== undefined)
    throw new InvalidSpecError(`config upstream ${ref.name}.${ref.namespace}: ${unshared}`)
  const spec = record(found.spec)
  return Object.fromEntries(copied.map((field) => [field, spec[field]]))
}

function configRef({ spec, namespace }: Canary): ObjectRef | undefined {
  const { upstreamRef: ref } = spec
  if (!ref?.name) return undefined
  const { apiVersion, kind } = upstreamKind
  return { apiVersion, kind, namespace: ref.namespace || namespace, name: ref.name }
}

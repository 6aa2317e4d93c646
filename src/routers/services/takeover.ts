/** What would be lost if a Canary took over the Services and Ingresses that are there already. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { type Find, type KubeObject, refKey } from '../../objects.ts'
import { areAmong } from '../../workloads/identity/identity.ts'
import type { Neighbour } from '../../workloads/identity/neighbours.ts'
import { byAnnotation, eachIngress, type Ingress, ingressReads } from '../ingress.ts'
import { isGenerated, isOwnedBy } from '../metadata.ts'
import type { Router, RouterContext } from '../router.ts'
import type { LivePort } from './service-ports.ts'
import { apexService, serviceReads } from './services.ts'

interface Service extends KubeObject {
  spec?: { type?: string; ports?: LivePort[]; selector?: Record<string, string> }
}

/** Reasons not to begin, one sentence each, for a canary that is not initialized yet. */
export function takeoverProblems(router: Router, context: RouterContext): string[] {
  const { canary, find } = context
  const ofServices = [
    ...externalServices(canary, find),
    ...servicesByHand(context),
    ...movedPorts(canary, find),
  ]
  const problems = [...ofServices, ...lostBackends(context), ...replacedRoutes(router, context)]
  return problems.map((problem) => `canary ${canary.label}: ${problem}`)
}

/** Backends of the Canary's Ingress that no Service has a port for, one sentence each. */
export function lostBackends(context: RouterContext): string[] {
  return eachIngress(context.canary).flatMap((canary) => lostIn({ ...context, canary }))
}

function lostIn(context: RouterContext): string[] {
  const { canary, find } = context
  const [ref] = ingressReads(canary)
  const ingress = ref && find<Ingress>(ref)
  const ports = ingress && portsAfter(context)
  if (!ingress || !ports) return []
  const { apex } = canary.names
  const has = ports.map(({ name, port }) => `${name} ${port}`).join(', ')
  const lost = backendsOf(ingress, apex).filter(
    ({ name, number }) => !ports.some((port) => port.name === name || port.port === number),
  )
  return lost.map(({ name, number }) => {
    const asked =
      name === undefined ? `spec.service.port to ${number}` : `spec.service.portName to ${name}`
    return (
      `Ingress ${ingress.metadata.name} leads to port ${name ?? number} of ` +
      `Service ${apex}, which has ${has} for this canary; set ${asked}, or correct the Ingress`
    )
  })
}

function replacedRoutes(router: Router, context: RouterContext): string[] {
  const all = eachIngress(context.canary)
  return all.flatMap((canary) => replacedBy(router, { ...context, canary }))
}

/**
 * Routes of an Ingress in the place of the copy that nobody generated, and that the copy would not
 * have, in one sentence.
 */
function replacedBy(router: Router, context: RouterContext): string[] {
  const { canary, find } = context
  const [userRef, ref] = ingressReads(canary)
  const isRead = router.reads(context).some((one) => ref && refKey(one) === refKey(ref))
  const found = ref && isRead ? find<Ingress>(ref) : undefined
  const user = userRef && find<Ingress>(userRef)
  if (!found || !user || isGenerated(found)) return []
  const { apex, primary, canary: ofCanary } = canary.names
  const ours = [apex, primary, ofCanary]
  const kept = routesOf(user)
  const lost = routesOf(found).filter(
    ({ where, to }) =>
      !kept.some((one) => one.where === where && (one.to === to || ours.includes(to))),
  )
  if (lost.length === 0) return []
  const routes = lost.map(({ where, to }) => `${where} to ${to}`).join(', ')
  return [
    `Ingress ${found.metadata.name} would become the copy for the canary, and lose ${routes}; ` +
      'rename or remove it, or name another Ingress in spec.ingressRef',
  ]
}

interface IngressRoute {
  /** Host and path. */
  where: string
  /** Service, or another backend. */
  to: string
}

function routesOf({ spec }: Ingress): IngressRoute[] {
  return (spec?.rules ?? []).flatMap(({ host = '*', http }) =>
    (http?.paths ?? []).map(({ path = '/', backend }) => ({
      where: `${host}${path}`,
      to: backend?.service?.name ?? 'another backend',
    })),
  )
}

interface Backend {
  name?: string
  number?: number
}

function backendsOf({ spec }: Ingress, service: string): Backend[] {
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? [])
  const backends = [...paths, { backend: spec?.defaultBackend }]
  const ports = backends.flatMap(({ backend }) => {
    const { name, port } = backend?.service ?? {}
    return name === service && port && port.name !== byAnnotation ? [port] : []
  })
  return [...new Map(ports.map((port) => [port.name ?? port.number, port])).values()]
}

/** Ports of the Service that users call, as it would be; undefined where the spec names none. */
function portsAfter(context: RouterContext): LivePort[] | undefined {
  try {
    const [apex] = apexService(context) as Service[]
    return apex?.spec?.ports
  } catch (error) {
    if (error instanceof InvalidSpecError) return undefined
    throw error
  }
}

/**
 * Services of somebody else that lead to the pods of another workload, and not to the target's: they
 * would lead to those from one moment to the next. One sentence each.
 */
export function ledElsewhere(
  { canary, find }: Pick<RouterContext, 'canary' | 'find'>,
  neighbours: Iterable<Neighbour>,
): string[] {
  const all = [...neighbours]
  const own = [canary.targetName, canary.primaryName]
  return serviceReads(canary).flatMap((ref) => {
    const found = find<Service>(ref)
    const { selector = {} } = found?.spec ?? {}
    if (!found || isGenerated(found) || Object.keys(selector).length === 0) return []
    const served = all.filter(({ spec }) => areAmong(selector, spec.template.metadata.labels))
    const other = served[0]
    if (!other || served.some(({ metadata }) => own.includes(metadata.name))) return []
    return [
      `Service ${ref.name} leads to the pods of ${other.kind.toLowerCase()} ` +
        `${other.metadata.name}, and would lead to those of ${canary.targetName}; let it select ` +
        'those first, or set another spec.service.name',
    ]
  })
}

function externalServices(canary: Canary, find: Find): string[] {
  return serviceReads(canary).flatMap((ref) =>
    find<Service>(ref)?.spec?.type === 'ExternalName'
      ? [
          `Service ${ref.name} is of type ExternalName, which leads to no pods; ` +
            'change or remove it, or set another spec.service.name',
        ]
      : [],
  )
}

/** Services that select nothing lead where somebody's Endpoints say: a database, another cluster. */
function servicesByHand({ canary, find, facts }: RouterContext): string[] {
  const labels = Object.entries(facts.targetLabels).map(([key, value]) => `${key}=${value}`)
  return serviceReads(canary).flatMap((ref) => {
    const found = find<Service>(ref)
    const { type, selector = {} } = found?.spec ?? {}
    const isByHand = found && type !== 'ExternalName' && Object.keys(selector).length === 0
    if (!isByHand || isGenerated(found)) return []
    return [
      `Service ${ref.name} has no selector, so that it leads where Endpoints made by hand say, and ` +
        `would lead to ${canary.targetName} alone; let it select ${labels.join(',')} first, or set ` +
        'another spec.service.name',
    ]
  })
}

/** A name that stands for a port of the user's Service, and is asked for with another number. */
function movedPorts(canary: Canary, find: Find): string[] {
  const { port, portName } = canary.spec.service ?? {}
  const apex = serviceReads(canary)
    .filter(({ name }) => name === canary.names.apex)
    .map((ref) => find<Service>(ref))[0]
  if (!portName || !apex || isOwnedBy(apex, canary)) return []
  const named = apex.spec?.ports?.find(({ name }) => name === portName)
  if (!named || named.port === port) return []
  return [
    `port ${portName} of Service ${apex.metadata.name} is ${named.port}, and would be ${port}; ` +
      'set another spec.service.portName, or the same number',
  ]
}

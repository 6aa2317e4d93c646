/** `CanaryGates`: what has to say yes in a run, and whether it does. Pure. */
import type { EffectiveWebhook } from '../../canary/analysis.ts'
import type { Canary } from '../../canary/canary.ts'
import { gateAnnotation, isGate, keptGate } from '../../canary/gates.ts'
import { controllerOf } from '../../canary/names/controller-identity.ts'
import { isUnderWay } from '../../canary/phases.ts'
import { shownAddress } from '../../shown-address.ts'

export interface GateReport {
  name: string
  type: string
  /** Null where nobody has asked it in this run. */
  open: boolean | null
  /** Who says so: the Canary itself, a service of the cluster, or an address outside. */
  answeredBy: 'annotation' | 'service' | 'external'
  /** The run waits for it now. */
  isWaitedFor: boolean
  /** Without what opens it, such as a password; null where there is none. */
  url: string | null
  annotation: string
}

export interface CanaryGates {
  apiVersion: 'cli.canary/v1'
  kind: 'CanaryGates'
  metadata: { name: string; namespace: string }
  gates: GateReport[]
}

/** Each gate of the Canary, whether it is open, and by whom. */
export function gatesOf(canary: Canary): CanaryGates {
  const { name, namespace, analysis } = canary
  const gates = analysis.webhooks.filter(isGate).map((hook) => gateReport(hook, canary))
  return { apiVersion: 'cli.canary/v1', kind: 'CanaryGates', metadata: { name, namespace }, gates }
}

function gateReport(hook: EffectiveWebhook, canary: Canary): GateReport {
  const { name, type, url } = hook
  // Flagger reads no annotations.
  const kept = controllerOf(canary).upstream ? undefined : keptGate(hook, canary.metadata)
  const waits = canary.status.canaryAnalysis?.gate
  return {
    name,
    type,
    open: kept ? kept.state === 'open' : lastAnswer(hook, canary),
    answeredBy: kept ? 'annotation' : serviceOf(url, canary.namespace) ? 'service' : 'external',
    isWaitedFor: isUnderWay(canary.status.phase) && waits?.type === type && waits.name === name,
    url: url === '' ? null : shownAddress(url),
    annotation: gateAnnotation(name),
  }
}

/** What the controller was answered last. */
function lastAnswer({ name }: EffectiveWebhook, { status }: Canary): boolean | null {
  if (!isUnderWay(status.phase)) return null
  const { gate, checks = [] } = status.canaryAnalysis ?? {}
  if (gate?.name === name) return false
  return checks.find((one) => one.kind === 'webhook' && one.name === name)?.ok ?? null
}

export interface ServiceAddress {
  service: string
  namespace: string
  port: string
  path: string
}

/** The Service of the cluster behind an address; undefined for one outside, as far as names tell. */
export function serviceOf(url: string, namespace: string): ServiceAddress | undefined {
  const address = URL.parse(url)
  if (!address || !/^https?:$/.test(address.protocol)) return undefined
  const [service = '', inside = namespace, ...rest] = address.hostname.split('.')
  // `ops.example` may be a host outside; Services of the cluster rarely speak TLS by such a name.
  const isShort = rest.length === 0 && (address.protocol === 'http:' || inside === namespace)
  const isInside = isShort || /^svc(\.cluster\.local)?$/.test(rest.join('.'))
  if (!isInside || !/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(service)) return undefined
  const port = address.port || (address.protocol === 'https:' ? '443' : '80')
  return { service, namespace: inside, port, path: address.pathname }
}

/** What Flagger's load tester does for a gate: its path for `open` or `close`; undefined for others. */
export function loadTesterPath(url: string, to: 'open' | 'closed'): string | undefined {
  const [, kind] = /\/(gate|rollback)\/check$/.exec(URL.parse(url)?.pathname ?? '') ?? []
  return kind && `/${kind}/${to === 'open' ? 'open' : 'close'}`
}

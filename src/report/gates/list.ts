/** `CanaryGates`: what has to say yes in a run, and whether it does. Pure. */
import type { EffectiveWebhook } from '../../canary/analysis.ts'
import type { Canary } from '../../canary/canary.ts'
import { gateAnnotation, isGate, keptGate } from '../../canary/gates.ts'
import { controllerOf } from '../../canary/names/controller-identity.ts'
import { isUnderWay } from '../../canary/phases.ts'
import { type ServiceAddress, serviceAddress } from '../../service-host.ts'
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

/** Each gate of the Canary, whether it is open, and by whom; `isThere` as for `gateService`. */
export function gatesOf(canary: Canary, isThere?: Known): CanaryGates {
  const { name, namespace, analysis } = canary
  const gates = analysis.webhooks.filter(isGate).map((hook) => gateReport(hook, canary, isThere))
  return { apiVersion: 'cli.canary/v1', kind: 'CanaryGates', metadata: { name, namespace }, gates }
}

function gateReport(hook: EffectiveWebhook, canary: Canary, isThere?: Known): GateReport {
  const { name, type, url } = hook
  // Flagger reads no annotations.
  const kept = controllerOf(canary).upstream ? undefined : keptGate(hook, canary.metadata)
  const waits = canary.status.canaryAnalysis?.gate
  return {
    name,
    type,
    open: kept ? kept.state === 'open' : lastAnswer(hook, canary),
    answeredBy: kept ? 'annotation' : answererOf(url, canary.namespace, isThere),
    isWaitedFor: isUnderWay(canary.status.phase) && waits?.type === type && waits.name === name,
    url: url === '' ? null : shownAddress(url),
    annotation: gateAnnotation(name),
  }
}

function answererOf(url: string, namespace: string, isThere?: Known): GateReport['answeredBy'] {
  return gateService(url, namespace, isThere) ? 'service' : 'external'
}

/** What the controller was answered last. */
function lastAnswer({ name }: EffectiveWebhook, { status }: Canary): boolean | null {
  if (!isUnderWay(status.phase)) return null
  const { gate, checks = [] } = status.canaryAnalysis ?? {}
  if (gate?.name === name) return false
  return checks.find((one) => one.kind === 'webhook' && one.name === name)?.ok ?? null
}

/**
 * The Service of the cluster behind the address of a gate; undefined for one outside. `isThere` has
 * what the cluster said of names that may be outside: where it is silent, that a Service is rarely
 * called by TLS tells.
 */
export function gateService(
  url: string,
  namespace: string,
  isThere: Known = new Map(),
): ServiceAddress | undefined {
  const found = serviceAddress(url, namespace)
  if (!found || found.isCertain) return found
  return (isThere.get(`${found.namespace}/${found.service}`) ?? !found.isTls) ? found : undefined
}

/** Whether a Service is there, by namespace and name. */
export type Known = ReadonlyMap<string, boolean>

/** What Flagger's load tester does for a gate: its path for `open` or `close`; undefined for others. */
export function loadTesterPath(url: string, to: 'open' | 'closed'): string | undefined {
  const [, kind] = /\/(gate|rollback)\/check$/.exec(URL.parse(url)?.pathname ?? '') ?? []
  return kind && `/${kind}/${to === 'open' ? 'open' : 'close'}`
}

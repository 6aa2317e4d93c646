/** From a decision's alert to what each provider is sent. */

import { writtenStrategy } from '../canary/analysis.ts'
import type { AlertProviderResource } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import type { Occasion, Severity } from '../canary/occasion.ts'
import type { Alert, Notifier, NotifierTarget } from './notifier.ts'

export interface AlertOf {
  occasion: Occasion
  severity: Severity
  message: string
  /** With the fields that describe the canary. */
  fields: boolean
  /** The hook that waits for somebody. */
  gate?: string | undefined
  /** When it was decided, where that is a while ago. */
  decidedAt?: string | undefined
}

export interface AlertSettings {
  clusterName: string
  /** Where people open gates: an address with `{{ name }}` and the like; empty where there is none. */
  gateUrl: string
}

/**
 * The alert as Flagger words it. The name of the cluster, where there is one, is the first field of
 * all; a gate that waits comes with what opens it.
 */
export function alertFor(canary: Canary, of: AlertOf, settings: AlertSettings): Alert {
  const { clusterName } = settings
  const cluster = clusterName === '' ? [] : [{ name: 'Cluster', value: clusterName }]
  const past = of.decidedAt === undefined ? [] : [{ name: 'Happened at', value: of.decidedAt }]
  const gate = of.gate === undefined ? [] : gateFields(canary, of.gate, settings)
  return {
    occasion: of.occasion,
    severity: of.severity,
    ...(clusterName !== '' && { cluster: clusterName }),
    title: canary.label,
    message: of.message,
    fields: [...cluster, ...past, ...gate, ...(of.fields ? fieldsOf(canary) : [])],
  }
}

function gateFields(canary: Canary, gate: string, settings: AlertSettings): Alert['fields'] {
  const { name, namespace } = canary
  return [
    { name: 'Gate', value: gate },
    { name: 'Open it', value: `kubectl canary promote ${name} -n ${namespace}` },
    ...(settings.gateUrl === ''
      ? []
      : [{ name: 'Link', value: gateLink(settings, { name, namespace, gate }) }]),
  ]
}

/** The names that an address of `-gate-url` may have, in double braces. */
const linkNames = /\{\{\s*(name|namespace|gate|cluster)\s*\}\}/g

/** The page of a gate; the names are escaped, wherever in the address they stand. */
export function gateLink(
  { gateUrl, clusterName }: AlertSettings,
  names: { name: string; namespace: string; gate: string },
): string {
  const values: Readonly<Record<string, string>> = { ...names, cluster: clusterName }
  return gateUrl.replace(linkNames, (_, name: string) => encodeURIComponent(values[name] ?? ''))
}

function fieldsOf(canary: Canary): Alert['fields'] {
  const { spec, targetName, namespace, analysis, progressDeadlineSeconds } = canary
  const routing = routingOf(canary)
  return [
    { name: 'Target', value: `${spec.targetRef.kind}/${targetName}.${namespace}` },
    { name: 'Failed checks threshold', value: String(analysis.threshold) },
    { name: 'Progress deadline', value: `${progressDeadlineSeconds}s` },
    ...(routing === undefined ? [] : [{ name: 'Traffic routing', value: routing }]),
  ]
}

/**
 * Flagger prints what the spec says: also weights that the provider is unable to move, and
 * `maxWeight` as it stands there, 0 where there is none.
 */
function routingOf({ spec }: Canary): string | undefined {
  const { stepWeight = 0, stepWeights = [], maxWeight = 0 } = spec.analysis
  const strategy = writtenStrategy(spec.analysis)
  if (strategy === 'ab-testing') return 'A/B Testing'
  if (strategy === 'blue-green') return 'Blue/Green'
  if (stepWeight > 0) return `Weight step: ${stepWeight} max: ${maxWeight}`
  if (stepWeights.length > 0) return `Weight steps: ${stepWeights.join(',')} max: ${maxWeight}`
  return undefined
}

const ranks = { info: 0, warn: 1, error: 2 }

/**
 * Whether a service hears of an alert where this severity is asked for: of its own severity, of
 * worse, and of what closes an incident that one of these may have opened.
 */
export function wants(
  entry: Severity,
  alert: Pick<Alert, 'severity' | 'occasion'>,
  { occasions, closing = [] }: Pick<Notifier, 'occasions' | 'closing'> = {},
): boolean {
  if (occasions && !occasions.includes(alert.occasion)) return false
  return ranks[alert.severity] >= ranks[entry] || closing.includes(alert.occasion)
}

/** Where an AlertProvider sends to; values of its Secret win, and an address must be there. */
export function targetOf(
  { spec }: AlertProviderResource,
  secret: Readonly<Record<string, string>> | undefined,
): NotifierTarget {
  return {
    address: secret?.address ?? spec.address ?? '',
    channel: spec.channel || 'general',
    username: spec.username || 'flagger',
    token: secret?.token ?? '',
    proxy: spec.proxy ?? '',
  }
}

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
}

/** The alert as Flagger words it. `clusterName`, when there is one, is the first field of all. */
export function alertFor(canary: Canary, of: AlertOf, clusterName: string): Alert {
  const cluster = clusterName === '' ? [] : [{ name: 'Cluster', value: clusterName }]
  return {
    occasion: of.occasion,
    severity: of.severity,
    title: canary.label,
    message: of.message,
    fields: [...cluster, ...(of.fields ? fieldsOf(canary) : [])],
  }
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

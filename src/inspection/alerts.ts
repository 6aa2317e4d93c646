/** Alerts that nobody would get. */
import type { Fault } from '../analysis/decision.ts'
import type { AlertProviderResource } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import { parseAlertProvider } from '../canary/references.ts'
import { sharingProblem } from '../canary/sharing.ts'
import { messageOf } from '../errors.ts'
import type { MetricDeps } from '../metrics/checks.ts'
import { targetOf } from '../notifiers/alerts.ts'
import { notifiers } from '../notifiers/index.ts'
import { messageProblem } from '../notifiers/message-template.ts'
import type { Alert } from '../notifiers/notifier.ts'
import type { Find } from '../objects.ts'
import { decodeSecret } from '../secrets.ts'
import { odd } from './fault.ts'

/** As they stand in the Canary. */
export function alertFaults({ analysis }: Canary): Fault[] {
  return analysis.alerts.flatMap(({ name, providerRef }, index) =>
    providerRef.name === ''
      ? [
          odd(
            `spec.analysis.alerts[${index}] ${name} has no providerRef.name; set it to an AlertProvider`,
          ),
        ]
      : [],
  )
}

/** AlertProviders that are not there, or that name no place to send to. */
export function receiverFaults(
  { analysis, namespace }: Canary,
  { find, sharing }: Pick<MetricDeps, 'find' | 'sharing'>,
): Fault[] {
  return analysis.alerts.flatMap(({ name, providerRef }, index) => {
    if (providerRef.name === '') return []
    const provider = find<AlertProviderResource>({ ...kind, ...providerRef })
    const refused = provider && sharingProblem(provider, namespace, sharing)
    const why = refused ?? receiverProblem(providerRef, find)
    const field = `spec.analysis.alerts[${index}] ${name}`
    return why === undefined ? [] : [odd(`${field} would reach nobody: ${why}`)]
  })
}

const kind = { apiVersion: 'flagger.app/v1beta1', kind: 'AlertProvider' }

function receiverProblem(ref: { name: string; namespace: string }, find: Find): string | undefined {
  const provider = find<AlertProviderResource>({ ...kind, ...ref })
  const label = `alert provider ${ref.name}.${ref.namespace}`
  if (!provider) return `${label} is not there; create it, or correct providerRef`
  const { spec, problems } = parseAlertProvider(provider)
  if (problems[0] !== undefined) return problems[0]
  const { secretRef, type } = spec
  const secret = secretRef && secretOf(secretRef.name, ref.namespace, find)
  if (secretRef && !secret)
    return `secret ${secretRef.name} of ${label} is not there; create it in namespace ${ref.namespace}`
  const notifier = Object.hasOwn(notifiers, type) ? notifiers[type] : undefined
  if (!notifier) return `${label} has type ${type}; use one of ${Object.keys(notifiers).join(', ')}`
  try {
    notifier.request(targetOf({ ...provider, spec }, secret), probe)
    const template = messageProblem(spec.messageTemplate)
    return template && `${label}: messageTemplate is not used, ${template}; correct it`
  } catch (error) {
    return `${label}: ${messageOf(error)}; correct it, or its secret`
  }
}

const probe: Alert = { occasion: 'failed', severity: 'error', title: '', message: '', fields: [] }

function secretOf(name: string, namespace: string, find: Find): Record<string, string> | undefined {
  const found = find({ apiVersion: 'v1', kind: 'Secret', namespace, name })
  return found && decodeSecret(found)
}

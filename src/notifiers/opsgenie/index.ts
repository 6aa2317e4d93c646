/** Opsgenie, by its Alert API: the token is the key of an API integration. */
import { ProviderError } from '../../errors.ts'
import type { HttpRequest } from '../../io/http.ts'
import { type Change, incidentKey, notifierOfIncidents } from '../incidents.ts'
import type { Alert, NotifierService, NotifierTarget } from '../notifier.ts'
import { postJson } from '../post.ts'

/** Accounts of the European Union have another one: https://api.eu.opsgenie.com/v2/alerts. */
const alertApi = 'https://api.opsgenie.com/v2/alerts'

const priorities: Readonly<Record<Alert['severity'], string>> = {
  info: 'P5',
  warn: 'P3',
  error: 'P2',
}

/** As long as the API takes them. */
const limits = { message: 130, alias: 512, source: 100, description: 15_000 }

export const opsgenie: NotifierService = {
  type: 'opsgenie',
  notifier: notifierOfIncidents(requestFor),
}

/** Both are idempotent: an alias that is open is counted, one that is closed or unknown stays so. */
function requestFor(
  target: NotifierTarget,
  alert: Alert,
  { incident, isOpen }: Change,
): HttpRequest {
  if (target.token === '')
    throw new ProviderError('opsgenie needs the key of an API integration as "token" in the secret')
  const { title, message, severity, fields } = alert
  const alias = incidentKey(alert, incident).slice(0, limits.alias)
  const base = (target.address || alertApi).replace(/\/+$/, '')
  const text = `${title}: ${message}`
  const common = { source: 'kubectl-canary', user: 'kubectl-canary' }
  const body = isOpen
    ? {
        message: text.slice(0, limits.message),
        alias,
        description: text.slice(0, limits.description),
        details: Object.fromEntries(fields.map(({ name, value }) => [name, value])),
        entity: title.slice(0, limits.alias),
        priority: priorities[severity],
        tags: ['canary', incident],
        ...common,
      }
    : { note: message, ...common }
  const url = isOpen ? base : `${base}/${encodeURIComponent(alias)}/close?identifierType=alias`
  const request = postJson({ ...target, address: url, token: '' }, body)
  return { ...request, headers: { ...request.headers, authorization: `GenieKey ${target.token}` } }
}

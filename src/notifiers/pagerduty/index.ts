/** PagerDuty, by its Events API v2: the token is the routing key of the service. */
import { ProviderError } from '../../errors.ts'
import type { HttpRequest } from '../../io/http.ts'
import { type Change, incidentKey, notifierOfIncidents } from '../incidents.ts'
import type { Alert, NotifierService, NotifierTarget } from '../notifier.ts'
import { postJson } from '../post.ts'

const eventsApi = 'https://events.pagerduty.com/v2/enqueue'

const severities: Readonly<Record<Alert['severity'], string>> = {
  info: 'info',
  warn: 'warning',
  error: 'error',
}

/** As long as the API takes them. */
const limits = { summary: 1024, key: 255 }

export const pagerduty: NotifierService = {
  type: 'pagerduty',
  notifier: notifierOfIncidents(requestFor),
}

function requestFor(
  target: NotifierTarget,
  alert: Alert,
  { incident, isOpen }: Change,
): HttpRequest {
  const { address, token } = target
  if (token === '')
    throw new ProviderError('pagerduty needs the routing key as "token" in the secret')
  const { severity, title, message, fields } = alert
  return postJson(
    { ...target, address: address || eventsApi, token: '' },
    {
      routing_key: token,
      event_action: isOpen ? 'trigger' : 'resolve',
      dedup_key: incidentKey(alert, incident).slice(0, limits.key),
      payload: {
        summary: `${title}: ${message}`.slice(0, limits.summary),
        source: title,
        severity: severities[severity],
        component: title,
        custom_details: Object.fromEntries(fields.map(({ name, value }) => [name, value])),
      },
    },
  )
}

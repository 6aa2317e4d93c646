/** PagerDuty, by its Events API v2: the token is the routing key of the service. */
import type { Occasion } from '../../canary/occasion.ts'
import { ProviderError } from '../../errors.ts'
import type { Alert, Notifier, NotifierService } from '../notifier.ts'
import { postJson } from '../post.ts'

const eventsApi = 'https://events.pagerduty.com/v2/enqueue'

const severities: Readonly<Record<Alert['severity'], string>> = {
  info: 'info',
  warn: 'warning',
  error: 'error',
}

/** Longest summary that the API takes. */
const longestSummary = 1024

const closing: readonly Occasion[] = ['succeeded', 'ended']

/**
 * One incident for each canary: a failure or a closed gate opens it, a later one adds to it, and
 * the end of the trouble resolves it. That a run starts is no incident.
 */
const notifier: Notifier = {
  hasOwnAddress: true,
  occasions: ['waiting', 'failed', ...closing],
  closing,

  request(target, { occasion, severity, title, message, fields }) {
    if (target.token === '')
      throw new ProviderError('pagerduty needs the routing key as "token" in the secret')
    const body = {
      routing_key: target.token,
      event_action: closing.includes(occasion) ? 'resolve' : 'trigger',
      dedup_key: `canary/${title}`,
      payload: {
        summary: `${title}: ${message}`.slice(0, longestSummary),
        source: title,
        severity: severities[severity],
        component: title,
        custom_details: Object.fromEntries(fields.map(({ name, value }) => [name, value])),
      },
    }
    return postJson({ ...target, address: target.address || eventsApi, token: '' }, body)
  },
}

export const pagerduty: NotifierService = { type: 'pagerduty', notifier }

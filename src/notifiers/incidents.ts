/** What services that wake people have in common: incidents that are opened, and closed again. */
import type { Occasion } from '../canary/occasion.ts'
import type { HttpRequest } from '../io/http.ts'
import type { Alert, Notifier, NotifierTarget } from './notifier.ts'

/** What ends the trouble, whichever it was. */
const closing: readonly Occasion[] = ['succeeded', 'ended']

/** That a run starts is no incident. */
const occasions: readonly Occasion[] = ['waiting', 'failed', ...closing]

/** A gate that waits, or a run that failed: what wakes somebody by itself, whatever is open already. */
export type Incident = 'waiting' | 'failed'

export interface Change {
  incident: Incident
  /** Whether it is opened, or told again; closed otherwise. */
  isOpen: boolean
}

/**
 * What an alert changes first. A failure is an incident of its own: one that adds to a gate which
 * somebody has acknowledged wakes nobody.
 */
function changeBy({ occasion }: Pick<Alert, 'occasion'>): Change {
  if (occasion === 'waiting') return { incident: 'waiting', isOpen: true }
  return { incident: 'failed', isOpen: occasion === 'failed' }
}

/** What it changes after that: nobody has to open the gate of a run that is over. */
function furtherBy({ occasion }: Pick<Alert, 'occasion'>): Change[] {
  return occasion === 'waiting' ? [] : [{ incident: 'waiting', isOpen: false }]
}

/** One for each canary of each cluster: told twice, it is still the same. */
export function incidentKey({ title, cluster = '' }: Alert, incident: Incident): string {
  return ['canary', ...(cluster === '' ? [] : [cluster]), title, incident].join('/')
}

/** A notifier of such a service, by how it is asked for one change; asked twice, it is still one. */
export function notifierOfIncidents(
  requestFor: (target: NotifierTarget, alert: Alert, change: Change) => HttpRequest,
): Notifier {
  return {
    hasOwnAddress: true,
    occasions,
    closing,
    request: (target, alert) => requestFor(target, alert, changeBy(alert)),
    further: (target, alert) => furtherBy(alert).map((change) => requestFor(target, alert, change)),
  }
}

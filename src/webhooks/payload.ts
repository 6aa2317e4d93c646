/** What a hook is sent: Flagger's JSON, in Flagger's order. */
import type { CanaryStatus, Phase } from '../canary/api.gen.ts'
import { checksum } from './checksum.ts'

export interface PayloadOf {
  name: string
  namespace: string
  phase: Phase
  status: CanaryStatus
  metadata: Readonly<Record<string, string>>
}

/** The body of every hook but the event hooks; `metadata` is left out when there is none. */
export function hookPayload({ name, namespace, phase, status, metadata }: PayloadOf): string {
  const has = Object.keys(metadata).length > 0
  const sorted = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)))
  return goJson({
    name,
    namespace,
    phase,
    checksum: checksum(status),
    ...(has && { metadata: sorted }),
  })
}

export interface EventOf {
  message: string
  type: 'Normal' | 'Warning'
  now: Date
}

/** The body of event hooks; a hook's own metadata can't replace what describes the event. */
export function eventPayload(of: PayloadOf, event: EventOf): string {
  const metadata = {
    ...of.metadata,
    eventMessage: event.message,
    eventType: event.type,
    timestamp: String(event.now.getTime()),
  }
  return hookPayload({ ...of, metadata })
}

/** JSON as Go writes it: the three characters that HTML minds are escaped. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

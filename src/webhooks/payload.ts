/** What a hook is sent: Flagger's JSON, in Flagger's order. */
import type { CanaryStatus, Phase } from '../canary/api.gen.ts'
import { asInGo } from '../go-json.ts'
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
  return asInGo(
    JSON.stringify({
      name,
      namespace,
      phase,
      checksum: checksum(status),
      ...(has && { metadata: sorted }),
    }),
  )
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

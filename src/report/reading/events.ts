/** The events about canaries, as reports have them. */
import { resourceKind } from '../../known-kinds.ts'
import type { KubeObject } from '../../objects.ts'
import { type CanaryEvent, eventOf } from '../report.ts'
import type { Permitted } from './permitted.ts'

export const eventKind = resourceKind({ apiVersion: 'v1', kind: 'Event' })

/** An event with what it is about. */
export interface TopicalEvent {
  event: CanaryEvent
  about: { kind: string; name: string; namespace: string }
  /** Grows from one event of a server to the next. */
  resourceVersion: string | undefined
}

export interface EventObject extends KubeObject, Record<string, unknown> {
  involvedObject?: { kind?: string; name?: string; namespace?: string }
}

/** The events about a canary, or about all, newest last; none where they may not be read. */
export async function eventsAbout(
  { name, namespace }: { name?: string; namespace?: string },
  reader: Permitted,
): Promise<TopicalEvent[]> {
  const kind = 'involvedObject.kind=Canary'
  const fieldSelector = name === undefined ? kind : `${kind},involvedObject.name=${name}`
  const narrowing = { ...(namespace !== undefined && { namespace }), fieldSelector }
  return eventsOf(await reader.list<EventObject>(eventKind, narrowing))
}

/** Every event of a namespace, or of all, newest last. */
export async function allEvents(
  namespace: string | undefined,
  reader: Permitted,
): Promise<TopicalEvent[]> {
  const narrowing = namespace === undefined ? {} : { namespace }
  return eventsOf(await reader.list<EventObject>(eventKind, narrowing))
}

function eventsOf(listed: readonly EventObject[] = []): TopicalEvent[] {
  return listed.map(topical).sort((one, other) => timeOf(one) - timeOf(other))
}

/** An Event object, and what it is about. */
export function topical(object: EventObject): TopicalEvent {
  const { involvedObject, metadata } = object
  const { kind = '', name = '', namespace = metadata.namespace ?? '' } = involvedObject ?? {}
  const { resourceVersion } = metadata
  return { event: eventOf(object), about: { kind, name, namespace }, resourceVersion }
}

function timeOf({ event }: TopicalEvent): number {
  return Date.parse(event.at)
}

/** The events about canaries, as reports have them. */
import { resourceKind } from '../../known-kinds.ts'
import type { KubeObject } from '../../objects.ts'
import { type CanaryEvent, eventOf } from '../report.ts'
import type { Permitted } from './permitted.ts'

const eventKind = resourceKind({ apiVersion: 'v1', kind: 'Event' })

/** An event with what it is about. */
export interface TopicalEvent {
  event: CanaryEvent
  about: { name: string; namespace: string }
  /** Grows from one event of a server to the next. */
  resourceVersion: string | undefined
}

interface EventObject extends KubeObject, Record<string, unknown> {
  involvedObject?: { name?: string; namespace?: string }
}

/** The events about a canary, or about all, newest last; none where they may not be read. */
export async function eventsAbout(
  { name, namespace }: { name?: string; namespace?: string },
  reader: Permitted,
): Promise<TopicalEvent[]> {
  const kind = 'involvedObject.kind=Canary'
  const fieldSelector = name === undefined ? kind : `${kind},involvedObject.name=${name}`
  const narrowing = { ...(namespace !== undefined && { namespace }), fieldSelector }
  const listed = (await reader.list<EventObject>(eventKind, narrowing)) ?? []
  return listed.map(topical).sort((one, other) => timeOf(one) - timeOf(other))
}

function topical(object: EventObject): TopicalEvent {
  const { involvedObject, metadata } = object
  const { name = '', namespace = metadata.namespace ?? '' } = involvedObject ?? {}
  const { resourceVersion } = metadata
  return { event: eventOf(object), about: { name, namespace }, resourceVersion }
}

function timeOf({ event }: TopicalEvent): number {
  return Date.parse(event.at)
}

/** `CanaryEvents`: events about canaries as a document. Pure. */
import type { TopicalEvent } from '../reading/events.ts'
import type { CanaryEvent } from '../report.ts'
import type { Topic } from './related.ts'

export interface EventItem extends CanaryEvent {
  object: Topic
}

export interface CanaryEvents {
  apiVersion: 'cli.canary/v1'
  kind: 'CanaryEvents'
  /** Oldest first. */
  items: EventItem[]
}

/** Which of them are wanted. */
export interface EventFilter {
  /** In lower case; absent are all. */
  types?: readonly string[] | undefined
  /** Milliseconds since the epoch. */
  since?: number | undefined
}

/** The events that are wanted, in the order given, each with what it is about. */
export function eventItems(events: readonly TopicalEvent[], filter: EventFilter): EventItem[] {
  return events
    .map(({ event, about }): EventItem => ({ ...event, object: about }))
    .filter((item) => isWanted(item, filter))
}

/** Whether an event passes the filter. */
export function isWanted({ type, at }: CanaryEvent, { types, since }: EventFilter): boolean {
  if (types && !types.includes(type.toLowerCase())) return false
  // One whose time nobody knows is rather shown than lost.
  return since === undefined || !(Date.parse(at) < since)
}

/** The events as documents have them. */
export function eventsDocument(items: readonly EventItem[]): CanaryEvents {
  return { apiVersion: 'cli.canary/v1', kind: 'CanaryEvents', items: [...items] }
}

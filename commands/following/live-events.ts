/** Events as they come: a line or a document for each. */
import { pause } from '../../src/io/deadline.ts'
import { followKind } from '../../src/io/kube/cache/list-watch.ts'
import {
  type EventFilter,
  type EventItem,
  eventsDocument,
  isWanted,
} from '../../src/report/events/document.ts'
import type { Topic } from '../../src/report/events/related.ts'
import {
  type EventObject,
  eventKind,
  type TopicalEvent,
  topical,
} from '../../src/report/reading/events.ts'
import { type Format, streamText } from '../output/formats.ts'
import { type EventsOptions, eventLines } from '../output/views/events-view.ts'
import { exits } from '../shell/failure.ts'
import type { Session } from '../shell/session.ts'
import { noteText } from '../shell/terminal.ts'
import { createToldEvents } from './told-events.ts'

export interface LiveEvents {
  /** Absent follows all. */
  namespace: string | undefined
  /** Whether events about this object are to be shown. */
  isMeant(topic: Topic): boolean
  filter: EventFilter
  format: Format
  view: EventsOptions
  /** Told already. */
  shown: readonly TopicalEvent[]
}

/** Tells what is said until the signal ends; answers the exit code. */
export async function watchEvents(session: Session, of: LiveEvents): Promise<number> {
  session.allowance?.lift()
  const { kube, clock, signal, terminal } = session
  const told = createToldEvents(of.shown.map(({ resourceVersion }) => resourceVersion))
  let waiting: EventItem[] = []
  const hear = (object: EventObject) => {
    const { event, about } = topical(object)
    if (!told.isNews(object) || !of.isMeant(about)) return
    const item = { ...event, object: about }
    if (isWanted(item, of.filter)) waiting.push(item)
  }
  const take = (object: object) => hear(object as EventObject)
  let isLost = false
  const following = followKind(
    { kube, clock, random: Math.random, kind: eventKind, namespace: of.namespace },
    {
      ...{ listing: told.listing, listed: told.listed, remove: told.forget, take, put: take },
      state(state, message) {
        if (message && !isLost) terminal.err(noteText(message))
        isLost = state !== 'synced'
      },
    },
  )
  try {
    while (!signal.aborted) {
      const items = waiting.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
      waiting = []
      if (items.length > 0) terminal.out(await textOf(items, of, clock.now()))
      await pause(clock, 500, signal)
    }
  } finally {
    await following.stop()
  }
  return exits.interrupted
}

/** In a stream of documents each has one event. */
async function textOf(
  items: readonly EventItem[],
  { format, view }: LiveEvents,
  now: Date,
): Promise<string> {
  if (format.kind === 'text') return `${eventLines(items, { ...view, now }).join('\n')}\n`
  const texts = items.map((item) => streamText(format, eventsDocument([item])))
  return (await Promise.all(texts)).join('')
}

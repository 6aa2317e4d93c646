/** The rows of a list, read from the cluster. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { eventsAbout } from '../../src/report/reading/events.ts'
import { gather } from '../../src/report/reading/gather.ts'
import { type LifeReader, lifeReader } from '../../src/report/reading/lease.ts'
import { details, permitted } from '../../src/report/reading/permitted.ts'
import type { CanaryEvent } from '../../src/report/report.ts'
import { type Unread, unreadText } from '../../src/report/unread.ts'
import { clean } from '../output/clean.ts'
import { type ListItem, type ListOptions, listLines } from '../output/views/list-view.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { note } from '../shell/terminal.ts'

/** Reads rows; what was read a moment ago is not read again. */
export type ItemReader = (resources: readonly CanaryResource[]) => Promise<ListItem[]>

export interface ItemOptions {
  /** Also why each is where it is: costs the events, and the workloads of those that move. */
  reasons: boolean
  /** Events are listed of one namespace, or of all. */
  allNamespaces: boolean
  /** A table that is drawn again and again: below it no note may stand, and it waits for all. */
  isDrawn: boolean
}

/** A live table is drawn every second; pods and events are looked at less often. */
const freshMs = 5_000

/**
 * Reports of several canaries, in the order of the canaries. Of each request that gave nothing a note
 * is told, once.
 */
export function createItemReader(session: Session, options: ItemOptions): ItemReader {
  const known = new WeakMap<CanaryResource, { item: ListItem; atMs: number }>()
  const told = new Set<string>()
  const tell = (unread: readonly Unread[]) => {
    if (options.isDrawn) return
    for (const text of unread.map(unreadText)) {
      if (!told.has(text)) note(session.terminal, clean(text))
      told.add(text)
    }
  }
  return async (resources) => {
    const now = session.clock.now().getTime()
    const isFresh = (atMs: number) => !options.reasons || now - atMs < freshMs
    const stale = resources.filter((one) => !isFresh(known.get(one)?.atMs ?? 0))
    const unread = resources.filter((one) => !known.has(one) || stale.includes(one))
    const events = unread.length > 0 ? await eventsOf(session, options, tell) : undefined
    const life = lifeReader(readerOf(session))
    const of = { events, life, isWhole: options.isDrawn }
    const items = await Promise.all(unread.map((one) => itemOf(one, session, of)))
    tell(items.flatMap(({ report }) => report.unread))
    unread.forEach((one, at) => {
      const item = items[at]
      if (item) known.set(one, { item, atMs: now })
    })
    return resources.flatMap((one) => known.get(one)?.item ?? [])
  }
}

interface RowMeans {
  events: ReadonlyMap<string, CanaryEvent[]> | undefined
  life: LifeReader
  isWhole: boolean
}

async function itemOf(
  resource: CanaryResource,
  session: Session,
  { events, life, isWhole }: RowMeans,
): Promise<ListItem> {
  const told = events?.get(keyOf(resource.metadata)) ?? []
  const reasons = events && { events: told }
  const options = { full: false, events: 0, pods: false, reasons, life, isWhole }
  return {
    report: await gather(resource, readerOf(session), options),
    labels: resource.metadata.labels ?? {},
  }
}

/** The events of all canaries by one list; newest last. */
async function eventsOf(
  session: Session,
  { reasons, allNamespaces, isDrawn }: ItemOptions,
  tell: (unread: readonly Unread[]) => void,
): Promise<Map<string, CanaryEvent[]> | undefined> {
  if (!reasons) return undefined
  const { namespace } = session
  const reader = isDrawn ? permitted(readerOf(session)) : details(readerOf(session))
  const found = new Map<string, CanaryEvent[]>()
  for (const { about, event } of await eventsAbout(allNamespaces ? {} : { namespace }, reader)) {
    const key = keyOf(about)
    found.set(key, [...(found.get(key) ?? []), event])
  }
  tell(reader.unread())
  return found
}

function keyOf({ name, namespace = '' }: { name: string; namespace?: string | undefined }): string {
  return `${namespace}/${name}`
}

/** The table of these canaries as they are now; no text for none. */
export async function listText(
  resources: readonly CanaryResource[],
  read: ItemReader,
  session: Session,
  shape: Omit<ListOptions, 'now' | 'width'>,
): Promise<string> {
  if (resources.length === 0) return ''
  const items = await read(resources)
  const { width } = session.terminal
  return `${listLines(items, { ...shape, now: session.clock.now(), width }).join('\n')}\n`
}

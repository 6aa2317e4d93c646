/** The rows of a list, read from the cluster. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { eventsAbout } from '../../src/report/reading/events.ts'
import { gather } from '../../src/report/reading/gather.ts'
import { type LifeReader, lifeReader } from '../../src/report/reading/lease.ts'
import { details } from '../../src/report/reading/permitted.ts'
import type { Reader } from '../../src/report/reading/reader.ts'
import type { CanaryEvent } from '../../src/report/report.ts'
import { type Unread, unreadText } from '../../src/report/unread.ts'
import { hurried, noAnswerYet } from '../following/hurried.ts'
import { clean } from '../output/clean.ts'
import { type ListItem, type ListOptions, listLines } from '../output/views/list-view.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { note } from '../shell/terminal.ts'

/** Reads rows; what was read a moment ago is not read again. */
export interface ItemReader {
  /** Reports of several canaries, in the order of the canaries. */
  items(resources: readonly CanaryResource[]): Promise<ListItem[]>
  /** What a picture lacks, as lines below it; of other texts it was told. */
  lacks(): string[]
}

export interface ItemOptions {
  /** Also why each is where it is: costs the events, and the workloads of those that move. */
  reasons: boolean
  /** Events are listed of one namespace, or of all. */
  allNamespaces: boolean
  /** A table that is drawn again and again: it has what there is, and the rest as soon as it comes. */
  isDrawn: boolean
}

/** A live table is drawn every second; pods and events are looked at less often. */
const freshMs = 5_000

interface Known {
  item: ListItem
  atMs: number
}

/** Of each request that gave nothing a note is told, once, but for what is drawn. */
export function createItemReader(session: Session, options: ItemOptions): ItemReader {
  const { clock, terminal } = session
  const known = new WeakMap<CanaryResource, Known>()
  const told = new Set<string>()
  const plain = readerOf(session)
  const reader = options.isDrawn ? hurried(plain, session) : plain
  let events: EventsRead | undefined
  let shown: readonly Unread[] = []
  const tell = (unread: readonly Unread[]) => {
    if (options.isDrawn) return
    for (const text of unread.map(unreadText)) {
      if (!told.has(text)) note(terminal, clean(text))
      told.add(text)
    }
  }
  const look = async (resources: readonly CanaryResource[], nowMs: number) => {
    events = await eventsOf(reader, session, options)
    const life = lifeReader(reader)
    const of = { events: events?.found, life, reader }
    const items = await Promise.all(resources.map((one) => itemOf(one, of)))
    resources.forEach((one, at) => {
      const item = items[at]
      if (item) known.set(one, { item, atMs: nowMs })
    })
    tell([...(events?.unread ?? []), ...items.flatMap(({ report }) => report.unread)])
  }
  return {
    async items(resources) {
      const nowMs = clock.now().getTime()
      const due = resources.filter((one) => !isFresh(known.get(one), nowMs))
      if (due.length > 0) await look(due, nowMs)
      const items = resources.flatMap((one) => known.get(one)?.item ?? [])
      shown = [...(events?.unread ?? []), ...items.flatMap(({ report }) => report.unread)]
      return items
    },
    lacks: () => [...new Set(shown.map(unreadText))],
  }

  function isFresh(of: Known | undefined, nowMs: number): boolean {
    if (!of) return false
    const all = [...(events?.unread ?? []), ...of.item.report.unread]
    const unread = all.filter(({ why }) => why !== null)
    // What is under way costs nothing to ask for again.
    if (options.isDrawn && unread.some(({ why }) => why === noAnswerYet)) return false
    const isKept = !options.reasons && (!options.isDrawn || unread.length === 0)
    return isKept || nowMs - of.atMs < freshMs
  }
}

interface RowMeans {
  events: ReadonlyMap<string, CanaryEvent[]> | undefined
  life: LifeReader
  reader: Reader
}

async function itemOf(
  resource: CanaryResource,
  { events, life, reader }: RowMeans,
): Promise<ListItem> {
  const told = events?.get(keyOf(resource.metadata)) ?? []
  const reasons = events && { events: told }
  const options = { full: false, events: 0, pods: false, reasons, life }
  return {
    report: await gather(resource, reader, options),
    labels: resource.metadata.labels ?? {},
  }
}

interface EventsRead {
  found: ReadonlyMap<string, CanaryEvent[]>
  unread: Unread[]
}

/** The events of all canaries by one list, newest last, or why there are none. */
async function eventsOf(
  reader: Reader,
  { namespace }: Session,
  { reasons, allNamespaces }: ItemOptions,
): Promise<EventsRead | undefined> {
  if (!reasons) return undefined
  const mayRead = details(reader)
  const found = new Map<string, CanaryEvent[]>()
  for (const { about, event } of await eventsAbout(allNamespaces ? {} : { namespace }, mayRead)) {
    const key = keyOf(about)
    found.set(key, [...(found.get(key) ?? []), event])
  }
  return { found, unread: mayRead.unread() }
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
  const items = await read.items(resources)
  const { width } = session.terminal
  return `${listLines(items, { ...shape, now: session.clock.now(), width }).join('\n')}\n`
}

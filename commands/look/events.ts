import { string as argument } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import type { Canary } from '../../src/canary/canary.ts'
import { UsageError } from '../../src/errors.ts'
import { handledCanary } from '../../src/report/as-handled.ts'
import { type EventFilter, eventItems, eventsDocument } from '../../src/report/events/document.ts'
import { concerns, type Topic } from '../../src/report/events/related.ts'
import { allEvents, eventsAbout, type TopicalEvent } from '../../src/report/reading/events.ts'
import { type Permitted, permitted } from '../../src/report/reading/permitted.ts'
import type { LiveEvents } from '../following/live-events.ts'
import { choose } from '../input/choose.ts'
import { readTime } from '../input/durations.ts'
import { headerFlags, outputFlag, selectFlags } from '../input/flag-groups.ts'
import { isUnspecific, readSelection, type Selection } from '../input/selection.ts'
import { documentText, type Format, readFormat } from '../output/formats.ts'
import { type EventsOptions, eventLines } from '../output/views/events-view.ts'
import { CanaryCommand } from '../shell/base.ts'
import { exitOf, tellFailures } from '../shell/failures.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { note } from '../shell/terminal.ts'

export class Events extends CanaryCommand {
  static override place = 5
  static override summary = 'Show what was said of canaries and their parts'
  static override group = 'Look' as const
  static override synopsis =
    '[NAME...] [-l SELECTOR | --all | -A | -f FILE] [-w] [--types=Normal,Warning] [--since=1h] [--related] [-o FORMAT] [options]'
  static override description =
    'Events of the canaries, oldest first; without a name those of all canaries of the namespace. --related adds those of target and primary, their ReplicaSets and pods, Services, autoscalers and routes. Kubernetes keeps events for an hour, unless it was told otherwise.'
  static override examples = [
    { description: 'What was said of one canary', command: '<%= config.bin %> events podinfo' },
    {
      description: 'What went wrong in the last ten minutes, pods included',
      command: '<%= config.bin %> events podinfo --related --types=Warning --since=10m',
    },
    { description: 'Stay, and show what is said', command: '<%= config.bin %> events -A -w' },
  ]
  static override permissions = [
    'get, list canaries.flagger.app',
    'list events; with -w also watch events',
  ]
  static override exitCodes = [
    '0    done, also when there is none',
    '1    error',
    '2    wrong usage',
    '130  interrupted',
  ]
  static override strict = false
  static override args = { names: argument({ ignoreStdin: true }) }
  static override flags = {
    ...selectFlags,
    output: outputFlag('json', 'yaml', 'wide'),
    ...headerFlags,
    watch: boolean({ summary: 'Go on showing what is said', char: 'w', allowNo: true }),
    types: string({ summary: 'Only events of these types, Normal or Warning; comma-separated' }),
    since: string({ summary: 'Only events of that time, such as 10m' }),
    related: boolean({
      summary: 'Also events of workloads, pods, Services, autoscalers and routes',
      allowNo: true,
    }),
  }

  async run(): Promise<number> {
    const { argv, flags } = await this.parse(Events)
    const selection = readSelection(argv.map(String), flags)
    const terminal = this.terminalOf(flags)
    const rules = { wide: true, columns: false, names: false }
    const format = await readFormat(flags.output, rules, terminal.readFile)
    const types = readTypes(flags.types)
    const sinceMs = flags.since === undefined ? undefined : readTime('--since', flags.since)
    const session = await this.session(flags)
    const found = await choose(selection, session)
    const failures = found.flatMap(({ failure }) => failure ?? [])
    const canaries = found.flatMap(({ resource }) => (resource ? [handledCanary(resource)] : []))
    const since = sinceMs === undefined ? undefined : session.clock.now().getTime() - sinceMs
    const listing: Listing = {
      ...{ session, selection, canaries, format, filter: { types, since } },
      related: flags.related,
      headers: !flags['no-headers'],
      isWatched: flags.watch,
    }
    const seen = await print(listing, failures.length === 0)
    tellFailures(failures, terminal)
    if (!flags.watch || failures.length > 0) return exitOf(canaries.length, failures)
    const { watchEvents } = await import('../following/live-events.ts')
    return watchEvents(session, following(listing, seen))
  }
}

/** Which events are shown, and how. */
interface Listing extends Meaning {
  session: Session
  canaries: readonly Canary[]
  format: Format
  filter: EventFilter
  headers: boolean
  isWatched: boolean
}

/** What was said by now; answers all that was read, whether it is shown or not. */
async function print(of: Listing, isComplete: boolean): Promise<TopicalEvent[]> {
  const { session, selection, canaries, format, filter, isWatched } = of
  const { terminal } = session
  const mayRead = permitted(readerOf(session))
  const seen = await readEvents(canaries, mayRead, of)
  const items = eventItems(seen, filter)
  const isEmpty = items.length === 0 && isComplete && format.kind === 'text'
  if (mayRead.denied.has('Event')) note(terminal, 'no permission to list events')
  else if (isEmpty && !isWatched) terminal.err(nothing(selection, session))
  if (format.kind !== 'text') {
    if (!isWatched) terminal.out(await documentText(format, eventsDocument(items)))
    return seen
  }
  const lines = eventLines(items, viewOf(of))
  if (lines.length > 0) terminal.out(`${lines.join('\n')}\n`)
  return seen
}

function viewOf({ session, selection, format, headers }: Listing): EventsOptions {
  const { terminal, clock } = session
  const isWide = format.kind === 'text' && format.wide
  return {
    style: terminal.style,
    now: clock.now(),
    width: isWide ? undefined : terminal.width,
    headers,
    namespaces: selection.allNamespaces,
    stamps: isWide,
  }
}

/** What is said from now on. */
function following(of: Listing, seen: readonly TopicalEvent[]): LiveEvents {
  const { session, selection, canaries, format, filter } = of
  return {
    namespace: selection.allNamespaces ? undefined : session.namespace,
    isMeant: (topic) => isMeant(topic, canaries, of),
    filter,
    format,
    view: viewOf({ ...of, headers: false }),
    // A stream of documents begins with those there are.
    shown: format.kind === 'text' ? seen : [],
  }
}

interface Meaning {
  selection: Selection
  related: boolean
}

/** Without a name all canaries are meant, those that are gone included. */
function isMeant(topic: Topic, canaries: readonly Canary[], { selection, related }: Meaning) {
  if (isUnspecific(selection) && topic.kind === 'Canary') return true
  return canaries.some((canary) => concerns(topic, canary, related))
}

async function readEvents(
  canaries: readonly Canary[],
  mayRead: Permitted,
  of: Meaning & { session: Session },
): Promise<TopicalEvent[]> {
  const { selection, related, session } = of
  const namespace = selection.allNamespaces ? undefined : session.namespace
  if (canaries.length === 0 && !isUnspecific(selection)) return []
  const [only, ...others] = canaries
  const isOne = only !== undefined && others.length === 0 && !isUnspecific(selection)
  const all = related
    ? await allEvents(namespace, mayRead)
    : await eventsAbout(isOne ? only : namespace === undefined ? {} : { namespace }, mayRead)
  return all.filter(({ about }) => isMeant(about, canaries, of))
}

function readTypes(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined
  const types = text.split(',').map((type) => type.trim().toLowerCase())
  const wrong = types.find((type) => type !== 'normal' && type !== 'warning')
  if (wrong !== undefined)
    throw new UsageError(`invalid argument "${wrong}" for "--types" flag: use Normal, Warning`)
  return types
}

function nothing({ allNamespaces }: Selection, { namespace }: Session): string {
  return allNamespaces ? 'No events found\n' : `No events found in ${namespace} namespace.\n`
}

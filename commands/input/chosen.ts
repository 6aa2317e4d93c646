/** How commands begin that look at canaries, and tell of them in documents or in text. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { nothingFound } from '../following/view.ts'
import { type Format, type FormatRules, readFormat, reportsText } from '../output/formats.ts'
import type { Session } from '../shell/session.ts'
import type { Terminal } from '../shell/terminal.ts'
import { choose } from './choose.ts'
import type { Found } from './find-canaries.ts'
import { readSelection, type SelectFlags, type Selection } from './selection.ts'

export interface Chosen {
  selection: Selection
  format: Format
  session: Session
  found: Found[]
  /** Of `found`: what could be read, and why the rest could not. */
  resources: CanaryResource[]
  failures: NonNullable<Found['failure']>[]
  /** One canary was named, and not in a file: its document stands alone. */
  single: boolean
}

/** What a command begins with: whom it speaks to, and the way to the cluster. */
export interface Beginning {
  terminal: Terminal
  connect(): Promise<Session>
}

interface Formatted extends Beginning {
  /** Absent for documents and text alone. */
  formats?: FormatRules
}

/** Those that words and flags choose, where nothing else is to be read before; as `chosenBy`. */
export function chosenIn(
  words: readonly unknown[],
  flags: SelectFlags & { output?: string | undefined },
  beginning: Formatted,
): Promise<Chosen | undefined> {
  return chosenBy(readSelection(words.map(String), flags), flags.output, beginning)
}

/** The canaries of a selection. Undefined where there are none, which is told or printed by then. */
export async function chosenBy(
  selection: Selection,
  output: string | undefined,
  beginning: Formatted,
): Promise<Chosen | undefined> {
  const chosen = await lookedFor(selection, output, beginning)
  const { found, format, session } = chosen
  if (found.length > 0) return chosen
  const { terminal } = beginning
  if (format.kind === 'text') terminal.err(nothingFound(selection.allNamespaces, session))
  // Who reads documents reads one of nothing, too.
  else terminal.out(await reportsText(format, [], false))
  return undefined
}

/**
 * The same for who has something to show of none. The format is read first: what is wrong with it
 * shows without a cluster.
 */
export async function lookedFor(
  selection: Selection,
  output: string | undefined,
  { terminal, connect, formats = { wide: false, columns: false } }: Formatted,
): Promise<Chosen> {
  const format = await readFormat(output, formats, terminal.readFile)
  const session = await connect()
  const found = await choose(selection, session)
  return {
    selection,
    format,
    session,
    found,
    resources: found.flatMap(({ resource }) => resource ?? []),
    failures: found.flatMap(({ failure }) => failure ?? []),
    single: selection.named.length === 1 && selection.files.length === 0,
  }
}

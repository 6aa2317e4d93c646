/** How commands begin that look at canaries once and tell of them in documents or in text. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { nothingFound } from '../following/view.ts'
import { type Format, readFormat } from '../output/formats.ts'
import type { Session } from '../shell/session.ts'
import type { Terminal } from '../shell/terminal.ts'
import { choose } from './choose.ts'
import type { Found } from './find-canaries.ts'
import type { Selection } from './selection.ts'

export interface Chosen {
  format: Format
  session: Session
  found: Found[]
  /** Of `found`: what could be read, and why the rest could not. */
  resources: CanaryResource[]
  failures: NonNullable<Found['failure']>[]
  /** One canary was named, and not in a file: its document stands alone. */
  single: boolean
}

/**
 * The canaries of a selection. Undefined where there are none, which is told by then. The format is
 * read first: what is wrong with it shows without a cluster.
 */
export async function chosenBy(
  selection: Selection,
  output: string | undefined,
  { terminal, connect }: { terminal: Terminal; connect(): Promise<Session> },
): Promise<Chosen | undefined> {
  const format = await readFormat(output, { wide: false, columns: false }, terminal.readFile)
  const session = await connect()
  const found = await choose(selection, session)
  if (found.length === 0) {
    terminal.err(nothingFound(selection.allNamespaces, session))
    return undefined
  }
  return {
    format,
    session,
    found,
    resources: found.flatMap(({ resource }) => resource ?? []),
    failures: found.flatMap(({ failure }) => failure ?? []),
    single: selection.named.length === 1 && selection.files.length === 0,
  }
}

/** What every play begins with: how to print it, who asks what of which version, and the Canary. */
import type { Canary } from '../../src/canary/canary.ts'
import { canaryOn, newStage } from '../../src/simulation/stage.ts'
import { readSelection, type SelectFlags, type Selection } from '../input/selection.ts'
import { type Format, readDocumentFormat } from '../output/formats.ts'
import type { Session } from '../shell/session.ts'
import type { Terminal } from '../shell/terminal.ts'
import { inFiles, type Staged } from './manifest.ts'
import { type Settings, type SettingsFlags, settingsOf } from './settings.ts'

interface Surroundings {
  terminal: Terminal
  /** Asked for where no file is given. */
  connect(): Promise<Session>
  inCluster(selection: Selection, session: Session): Promise<Staged>
}

export interface Opening extends Staged {
  format: Format
  settings: Settings
  /** As parsed; what is wrong with it stands in `problems`. */
  canary: Canary
  problems: string[]
}

/** Throws UsageError for flags that can't be meant, and where there is not exactly one Canary. */
export async function openingOf(
  names: readonly unknown[],
  flags: SettingsFlags & SelectFlags & { output?: string | undefined },
  { terminal, connect, inCluster }: Surroundings,
): Promise<Opening> {
  const { output, filename = [], recursive } = flags
  const format = await readDocumentFormat(output, terminal.readFile)
  const settings = settingsOf(flags)
  const staged =
    filename.length > 0 && names.length === 0
      ? await inFiles(filename, recursive, terminal)
      : await inCluster(readSelection(names.map(String), flags), await connect())
  const stage = newStage(staged.manifest, settings.podReadyMs)
  return { ...staged, ...canaryOn(stage), format, settings }
}

/** The registry of commands. Each is loaded only when it is called: start-up time is felt. */
import type { CommandClass } from './command-class.ts'

export interface CommandEntry {
  aliases: readonly string[]
  load(): Promise<CommandClass>
}

const entry = (load: () => Promise<CommandClass>, ...aliases: string[]): CommandEntry => ({
  aliases,
  load,
})

export const commands: Readonly<Record<string, CommandEntry>> = {
  list: entry(async () => (await import('./list.ts')).List, 'get', 'ls'),
  status: entry(async () => (await import('./status.ts')).Status),
  watch: entry(async () => (await import('./watch.ts')).Watch),
  promote: entry(async () => (await import('./promote.ts')).Promote),
  abort: entry(async () => (await import('./abort.ts')).Abort),
  pause: entry(async () => (await import('./pause.ts')).Pause),
  resume: entry(async () => (await import('./resume.ts')).Resume),
  'skip-analysis': entry(async () => (await import('./skip-analysis.ts')).SkipAnalysis),
  reset: entry(async () => (await import('./reset.ts')).Reset),
  version: entry(async () => (await import('./version.ts')).Version),
  help: entry(async () => (await import('./help.ts')).Help),
  options: entry(async () => (await import('./options.ts')).Options),
}

/** The name of a command or alias as the registry has it; undefined for neither. */
export function commandName(word: string): string | undefined {
  return Object.keys(commands).find(
    (name) => name === word || commands[name]?.aliases.includes(word),
  )
}

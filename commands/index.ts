/** The registry of commands. Each is loaded only when it is called: start-up time is felt. */
import type { CommandClass, CommandEntry, Registry } from './command-class.ts'

const entry = (load: () => Promise<CommandClass>, ...aliases: string[]): CommandEntry => ({
  aliases,
  load,
})

export const commands: Registry = {
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

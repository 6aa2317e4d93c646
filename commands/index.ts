/** The registry of commands. Each is loaded only when it is called: start-up time is felt. */
import type { CommandClass, CommandEntry, Registry } from './shell/command-class.ts'

const entry = (load: () => Promise<CommandClass>, ...aliases: string[]): CommandEntry => ({
  aliases,
  load,
})

export const commands: Registry = {
  list: entry(async () => (await import('./look/list.ts')).List, 'get', 'ls'),
  status: entry(async () => (await import('./look/status.ts')).Status),
  watch: entry(async () => (await import('./look/watch.ts')).Watch),
  history: entry(async () => (await import('./look/history.ts')).History),
  promote: entry(async () => (await import('./act/promote.ts')).Promote),
  abort: entry(async () => (await import('./act/abort.ts')).Abort),
  pause: entry(async () => (await import('./act/pause.ts')).Pause),
  resume: entry(async () => (await import('./act/resume.ts')).Resume),
  'skip-analysis': entry(async () => (await import('./act/skip-analysis.ts')).SkipAnalysis),
  reset: entry(async () => (await import('./act/reset.ts')).Reset),
  retry: entry(async () => (await import('./act/retry.ts')).Retry),
  restart: entry(async () => (await import('./act/restart.ts')).Restart),
  version: entry(async () => (await import('./about/version.ts')).Version),
  help: entry(async () => (await import('./about/help.ts')).Help),
  options: entry(async () => (await import('./about/options.ts')).Options),
}

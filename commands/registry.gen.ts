/**
 * Generated from the folders of commands and the rows of requests by `npm run generate`; not to be
 * edited. Each command is loaded only when it is called: start-up time is felt.
 */
import type { Verb } from '../src/requests/names.gen.ts'
import type { CommandClass, Registry } from './shell/command-class.ts'

const verb = (name: Verb) => async (): Promise<CommandClass> =>
  (await import('./changing/verb-command.ts')).verbCommand(name)

export const commands: Registry = {
  list: { aliases: ['get', 'ls'], load: async () => (await import('./look/list.ts')).List },
  status: {
    aliases: [],
    meantBy: ['describe', 'logs', 'rollout', 'show'],
    load: async () => (await import('./look/status.ts')).Status,
  },
  watch: { aliases: [], load: async () => (await import('./look/watch.ts')).Watch },
  history: {
    aliases: [],
    meantBy: ['runs'],
    load: async () => (await import('./look/history.ts')).History,
  },
  events: { aliases: [], load: async () => (await import('./look/events.ts')).Events },
  wait: { aliases: [], load: async () => (await import('./look/wait.ts')).Wait },
  replay: { aliases: [], load: async () => (await import('./look/replay.ts')).Replay },
  promote: { aliases: [], meantBy: ['approve'], load: verb('promote') },
  abort: { aliases: [], meantBy: ['cancel', 'stop'], load: verb('abort') },
  pause: { aliases: [], meantBy: ['hold', 'suspend'], load: verb('pause') },
  resume: { aliases: [], meantBy: ['continue', 'unpause'], load: verb('resume') },
  'skip-analysis': { aliases: [], meantBy: ['skip'], load: verb('skip-analysis') },
  reset: { aliases: [], load: verb('reset') },
  retry: { aliases: [], load: verb('retry') },
  restart: { aliases: [], load: verb('restart') },
  undo: {
    aliases: [],
    meantBy: ['rollback'],
    load: async () => (await import('./act/undo.ts')).Undo,
  },
  gate: { aliases: [], load: async () => (await import('./act/gate.ts')).Gate },
  doctor: {
    aliases: ['why'],
    meantBy: ['diagnose'],
    load: async () => (await import('./understand/doctor.ts')).Doctor,
  },
  explain: { aliases: [], load: async () => (await import('./understand/explain.ts')).Explain },
  diff: { aliases: [], load: async () => (await import('./understand/diff.ts')).Diff },
  lint: {
    aliases: [],
    meantBy: ['validate'],
    load: async () => (await import('./prepare/lint.ts')).Lint,
  },
  generate: {
    aliases: ['init'],
    load: async () => (await import('./prepare/generate.ts')).Generate,
  },
  simulate: { aliases: [], load: async () => (await import('./prepare/simulate.ts')).Simulate },
  rehearse: { aliases: [], load: async () => (await import('./prepare/rehearse.ts')).Rehearse },
  import: {
    aliases: [],
    meantBy: ['convert', 'migrate'],
    load: async () => (await import('./prepare/import.ts')).Import,
  },
  install: { aliases: [], load: async () => (await import('./administer/install.ts')).Install },
  uninstall: {
    aliases: [],
    load: async () => (await import('./administer/uninstall.ts')).Uninstall,
  },
  check: { aliases: [], load: async () => (await import('./administer/check.ts')).Check },
  version: { aliases: [], load: async () => (await import('./about/version.ts')).Version },
  help: { aliases: [], load: async () => (await import('./about/help.ts')).Help },
  options: { aliases: [], load: async () => (await import('./about/options.ts')).Options },
  completion: { aliases: [], load: async () => (await import('./about/completion.ts')).Completion },
}

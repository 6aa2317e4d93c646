/**
 * Generated from the folder of commands that people look with by `npm run generate`; not to be
 * edited. In the bundle that starts them it is all there is: what is not in it need not be read.
 */
import type { Registry } from './shell/command-class.ts'

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
}

/** What is to be looked at: soon, all together and once each, or at a later time. */
import type { Clock } from '../../io/clock.ts'
import { type KubeObject, refKey, refOf } from '../../objects.ts'

export interface Agenda {
  /** Looks in the next turn, however often it is asked until then. */
  soon(object: KubeObject): void
  /** Looks after so many milliseconds, in place of what was planned for the object before. */
  later(object: KubeObject, ms: number): void
  /** Looks at nothing any more. */
  stop(): void
}

/** `look` is called in a turn of its own, with the object as it was when somebody asked last. */
export function createAgenda(clock: Clock, look: (object: KubeObject) => void): Agenda {
  const dirty = new Map<string, KubeObject>()
  const timers = new Map<string, () => void>()
  let cancel: (() => void) | undefined
  let stopped = false

  function soon(object: KubeObject): void {
    if (stopped) return
    dirty.set(refKey(refOf(object)), object)
    cancel ??= clock.after(0, run)
  }

  function run(): void {
    cancel = undefined
    const objects = [...dirty.values()]
    dirty.clear()
    for (const object of objects) look(object)
  }

  return {
    soon,
    later(object, ms) {
      const key = refKey(refOf(object))
      timers.get(key)?.()
      const done = clock.after(ms, () => {
        timers.delete(key)
        soon(object)
      })
      timers.set(key, done)
    },
    stop() {
      stopped = true
      cancel?.()
      for (const done of timers.values()) done()
    },
  }
}

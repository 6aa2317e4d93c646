/** What happens to the Canary of a rehearsal, a line for each step. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { type KubeObject, type ObjectRef, refKey, refOf } from '../../src/objects.ts'
import type { Store } from '../../src/sandbox/api/store.ts'
import type { Moment } from '../../src/simulation/simulate.ts'

export interface Recording {
  timeline: Moment[]
  /** Listens no more; the timeline stays. */
  stop(): void
}

interface EventObject extends KubeObject {
  type?: string
  message?: string
  involvedObject?: { kind?: string; name?: string }
}

/** Listens from now on; `seconds` gives the time since the run began. */
export function recordOf(store: Store, canary: ObjectRef, seconds: () => number): Recording {
  const timeline: Moment[] = []

  function note({ status = {} }: CanaryResource): void {
    const { phase = '', canaryWeight: weight = 0, failedChecks: failed = 0 } = status
    const last = timeline.at(-1)
    if (last && last.phase === phase && last.weight === weight && last.failed === failed) return
    timeline.push({ at: seconds(), phase, weight, failed, event: '' })
  }

  /** The last that was said of a step is what made it. */
  function hear({ involvedObject, message = '' }: EventObject): void {
    const last = timeline.at(-1)
    const isOurs = involvedObject?.kind === 'Canary' && involvedObject.name === canary.name
    if (isOurs && last && last.at === seconds()) last.event = message
  }

  const stop = store.watch(({ object }) => {
    if (refKey(refOf(object)) === refKey(canary)) note(object as CanaryResource)
    if (object.kind === 'Event') hear(object as EventObject)
  })
  return { timeline, stop }
}

/** What the controller warned of last; undefined where it did not. */
export function lastWarning(store: Store, canary: ObjectRef): string | undefined {
  const { namespace = '', name } = canary
  const all = store.list<EventObject>({ apiVersion: 'v1', kind: 'Event' }, { namespace })
  const own = all.filter(
    ({ type, involvedObject }) =>
      type === 'Warning' && involvedObject?.kind === 'Canary' && involvedObject.name === name,
  )
  return own.at(-1)?.message
}

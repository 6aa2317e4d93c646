import type { KubeObject } from '../../src/objects.ts'
import type { ObjectState, Recording } from './recording.ts'

/** When to look at a recording: the first state of the Canary with these fields in its status. */
export interface Moment {
  phase: string
  canaryWeight?: number
}

/**
 * The objects of a recording as the recorded controller left them at a moment, the Canary first.
 * Hashes are of Flagger's form; what owns an object is named, but without its `uid`.
 * Throws when the recording has no such moment.
 */
export function objectsAt(
  { name, timeline, states }: Recording,
  moment: Moment,
  world: { namespace: string; stub: string },
): KubeObject[] {
  const end = timeline.findIndex(
    (entry) =>
      'state' in entry &&
      entry.object.startsWith('Canary/') &&
      isAt(states[entry.object]?.[entry.state], moment),
  )
  if (end < 0) throw new Error(`the recording ${name} has no ${JSON.stringify(moment)}`)
  const last = new Map<string, ObjectState>()
  for (const entry of timeline.slice(0, end + 1)) {
    if (!('object' in entry)) continue
    const state = 'state' in entry ? states[entry.object]?.[entry.state] : null
    last.set(entry.object, state ?? null)
  }
  const present = [...last.values()].filter((state) => state !== null)
  const text = JSON.stringify(present)
    .replaceAll('<ns>', world.namespace)
    .replaceAll('http://<stub>', world.stub)
    .replace(/<hash-(\d+)>/g, '597858947$1')
  const objects = JSON.parse(text) as KubeObject[]
  return objects.toSorted((a, b) => Number(b.kind === 'Canary') - Number(a.kind === 'Canary'))
}

function isAt(state: ObjectState | undefined, { phase, canaryWeight }: Moment): boolean {
  const status = state?.status as { phase?: string; canaryWeight?: number } | undefined
  return (
    status?.phase === phase && (canaryWeight === undefined || status.canaryWeight === canaryWeight)
  )
}

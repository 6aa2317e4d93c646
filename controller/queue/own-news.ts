/**
 * Tells, of what is heard while a look runs, what others did from what the look wrote itself: the
 * watch brings both, now before and now after the answer to the write. Pure.
 */
import { type KubeObject, refKey, refOf } from '../../src/objects.ts'

export interface OwnNews {
  /** A change was heard at this moment, in milliseconds of the clock that only grows. */
  heard(object: KubeObject, atMs: number): void
  /** The server answered a write of the look with this. */
  wrote(object: KubeObject): void
  /** When the first change of somebody else was heard; undefined where all were the look's own. */
  firstOfOthers(): number | undefined
  /** Whether the look wrote anything. */
  hasWritten(): boolean
}

/** For one look, from its beginning. */
export function createOwnNews(): OwnNews {
  const heard = new Map<string, number>()
  const written = new Set<string>()
  return {
    heard(object, atMs) {
      const version = versionOf(object)
      if (!heard.has(version)) heard.set(version, atMs)
    },
    wrote: (object) => void written.add(versionOf(object)),
    firstOfOthers() {
      const others = [...heard].filter(([version]) => !written.has(version)).map(([, ms]) => ms)
      return others.length > 0 ? Math.min(...others) : undefined
    },
    hasWritten: () => written.size > 0,
  }
}

function versionOf(object: KubeObject): string {
  return `${refKey(refOf(object))} ${object.metadata.resourceVersion}`
}

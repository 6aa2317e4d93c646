/** Which events were told, for as long as the server keeps them: who watches for days holds no more. */
import type { KubeObject } from '../../src/objects.ts'

interface ToldEvents {
  /** Whether this version was not told before; from now on it was. */
  isNews(event: KubeObject): boolean
  /** It is gone. */
  forget(event: KubeObject): void
  /** A list begins: what does not come again until it is complete is gone. */
  listing(): void
  listed(): void
}

/** `shown` are versions that were told before anything was watched. */
export function createToldEvents(shown: Iterable<string | undefined>): ToldEvents {
  let versions = new Map<string, string | undefined>()
  let before = new Map<string, string | undefined>()
  let first = new Set(shown)
  return {
    isNews(event) {
      const { resourceVersion } = event.metadata
      const key = keyOf(event)
      const known = versions.has(key) ? versions : before
      const isTold = known.has(key) && known.get(key) === resourceVersion
      versions.set(key, resourceVersion)
      return !isTold && !first.has(resourceVersion)
    },
    forget: (event) => void versions.delete(keyOf(event)),
    listing() {
      // A list that was cut off begins anew: what it had is known as well.
      before = new Map([...before, ...versions])
      versions = new Map()
    },
    listed() {
      before = new Map()
      first = new Set()
    },
  }
}

function keyOf({ metadata: { namespace = '', name } }: KubeObject): string {
  return `${namespace}/${name}`
}

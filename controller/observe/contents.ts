/**
 * Contents of ConfigMaps and Secrets. The cache holds their metadata only; what is inside is read
 * when a canary needs it and its version changed, and forgotten when no canary needs it.
 */
import type { Kube } from '../../src/io/kube/kube.ts'
import { type KubeObject, type ObjectRef, refKey, refOf } from '../../src/objects.ts'

export interface Contents {
  /** The whole object, read again only when it is of another version than `metadata` says. */
  read(metadata: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined>
  /** The whole object as it was last read, of whatever version; undefined where it never was. */
  held(ref: ObjectRef): KubeObject | undefined
  /** Takes the answer of a write. */
  put(object: KubeObject): void
  /** Forgets what is not among these any more. */
  retain(isNeeded: (ref: ObjectRef) => boolean): void
}

/** Whether the cache holds only the metadata of this kind. */
export function isContentKind({ apiVersion, kind }: { apiVersion: string; kind: string }): boolean {
  return apiVersion === 'v1' && (kind === 'ConfigMap' || kind === 'Secret')
}

/** Holds nothing until something is read or put. */
export function createContents(kube: Kube): Contents {
  const known = new Map<string, KubeObject>()
  return {
    async read(metadata, signal) {
      const ref = refOf(metadata)
      const key = refKey(ref)
      const held = known.get(key)
      if (held?.metadata.resourceVersion === metadata.metadata.resourceVersion) return held
      const object = await kube.get(ref, signal)
      if (object) known.set(key, object)
      else known.delete(key)
      return object
    },
    held: (ref) => known.get(refKey(ref)),
    put: (object) => void known.set(refKey(refOf(object)), object),
    retain(isNeeded) {
      for (const [key, object] of known) if (!isNeeded(refOf(object))) known.delete(key)
    },
  }
}

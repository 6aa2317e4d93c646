/** Whether an object that came is news for those who look at what is wanted of it alone. */
import type { KubeObject } from '../../../objects.ts'

/** Whether two glimpses tell the same; the version tells of changes that neither holds. */
export function isAlike(glimpse: KubeObject, former: KubeObject | undefined): boolean {
  return former !== undefined && withoutVersion(glimpse) === withoutVersion(former)
}

function withoutVersion({ metadata, ...rest }: KubeObject): string {
  return JSON.stringify([rest, { ...metadata, resourceVersion: undefined }])
}

/** The server counts the generation up with what is wanted, and leaves it at news of the status. */
export function isOneGeneration({ metadata }: KubeObject, former: KubeObject | undefined): boolean {
  const { uid, generation } = metadata
  if (generation === undefined || former?.metadata.uid !== uid) return false
  return former?.metadata.generation === generation
}

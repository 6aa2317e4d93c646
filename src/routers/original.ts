/** What an object was before a Canary took it over, and how it becomes that again. */

import { InvalidSpecError } from '../errors.ts'
import { isMap } from '../json.ts'
import { type KubeObject, type ObjectRef, type Restoration, shownRef } from '../objects.ts'
import {
  isGenerated,
  isOwned,
  isOwnedBy,
  lastApplied,
  releasedMetadata,
  type Specified,
} from './metadata.ts'
import type { RouterContext } from './router.ts'

/** Holds the JSON of the spec from before the take-over. */
export const originalConfiguration = 'flagger.kubernetes.io/original-configuration'

/**
 * The annotation to add when `found`, made by someone else, gets its first spec of ours. Nothing
 * is added where the object already tells its original, so that no later change can replace it.
 */
export function rememberOriginal(
  found: KubeObject | undefined,
  original: unknown,
): Record<string, string> {
  if (!found || original === undefined || isGenerated(found)) return {}
  const { annotations = {} } = found.metadata
  if (annotations[lastApplied] !== undefined || annotations[originalConfiguration] !== undefined)
    return {}
  return { [originalConfiguration]: JSON.stringify(original) }
}

/**
 * The spec from before the take-over: what the user last applied, or else what was remembered.
 * Undefined when neither is known. Throws InvalidSpecError when it can't be read.
 */
export function originalSpec(found: KubeObject): Record<string, unknown> | undefined {
  const { annotations = {} } = found.metadata
  const applied = annotations[lastApplied]
  if (applied !== undefined) {
    const spec = readRecord(found, lastApplied, applied).spec
    return isMap(spec) ? spec : undefined
  }
  const remembered = annotations[originalConfiguration]
  return remembered === undefined ? undefined : readRecord(found, originalConfiguration, remembered)
}

/** The spec of an object that was taken over, as far as it can be read: to tell what is gone. */
export function specBefore(found: KubeObject): Record<string, unknown> | undefined {
  if (isGenerated(found)) return undefined
  try {
    return originalSpec(found)
  } catch (error) {
    if (error instanceof InvalidSpecError) return undefined
    throw error
  }
}

/**
 * Gives a routing object back. What was generated is removed, rather than left to the garbage
 * collector, so that no request is sent to Services that went first; what was taken over gets its
 * spec back. An object whose original nobody knows stays as it is.
 */
export function restoreRoute(
  { canary, find }: RouterContext,
  ref: ObjectRef,
  isExclusive: (annotation: string) => boolean = () => false,
): Restoration {
  const found = find<Specified>(ref)
  if (!found) return { write: [], remove: [] }
  if (isOwnedBy(found, canary)) return { write: [], remove: [ref] }
  if (isOwned(found)) return { write: [], remove: [] }
  const spec = originalSpec(found)
  if (!spec) return { write: [], remove: isGenerated(found) ? [ref] : [] }
  const ours = Object.keys(found.metadata.annotations ?? {}).filter(isExclusive)
  const metadata = releasedMetadata(found.metadata, [originalConfiguration, ...ours])
  const restored: Specified = { ...found, metadata, spec }
  return { write: [restored], remove: [] }
}

/** Several restorations as one. */
export function together(restorations: Restoration[]): Restoration {
  return {
    write: restorations.flatMap(({ write }) => write),
    remove: restorations.flatMap(({ remove }) => remove),
  }
}

function readRecord(object: KubeObject, key: string, text: string) {
  const refused = `${shownRef(object)} failed to unMarshal annotation ${key}`
  const remedy = 'correct it, or remove it to keep the object as it is'
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new InvalidSpecError(`${refused}: it is not JSON; ${remedy}`, { cause })
  }
  if (!isMap(value)) throw new InvalidSpecError(`${refused}: it is no object; ${remedy}`)
  return value
}

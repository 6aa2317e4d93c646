/** What an annotation keeps of an object that was taken over. */
import { InvalidSpecError } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { isGenerated } from './metadata.ts'
import { originalConfiguration } from './original.ts'

/** Holds the routes from before; gone with the Canary. */
export const keptKey = 'flagger.app/kept-routes'

/**
 * What the annotation says; undefined where it is not there. Throws InvalidSpecError where it is no
 * JSON; `lost` is what nobody knows then.
 */
export function readKept(
  { kind, metadata }: KubeObject,
  key: string,
  lost: 'routes' | 'rules',
): unknown {
  const text = metadata.annotations?.[key]
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new InvalidSpecError(
      `${kind} ${metadata.name}.${metadata.namespace}: annotation ${key} is not JSON, so its own ` +
        `${lost} are not known; correct it, or remove it to go without them`,
      { cause },
    )
  }
}

/**
 * Of the entries that name primary or canary, the one that the analysis moves. One beside a route
 * that still leads to the apex Service is one that users made, such as for a preview of the canary:
 * no controller leaves such a route where it took an object over.
 */
export function movedEntry<T>(
  found: KubeObject,
  of: { entries: readonly T[]; hasPrimary: (entry: T) => boolean; leadsToApex: boolean },
): T | undefined {
  const { annotations = {} } = found.metadata
  const isMarked = [keptKey, originalConfiguration].some((key) => annotations[key] !== undefined)
  const [first] = of.entries
  const isTaken = isMarked || isGenerated(found) || !of.leadsToApex
  return of.entries.find(of.hasPrimary) ?? (isTaken ? first : undefined)
}

/** What an annotation keeps of an object that was taken over. */
import { InvalidSpecError } from '../errors.ts'
import type { KubeObject } from '../objects.ts'

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

/** What a Secret holds, decoded. */
import type { KubeObject } from './objects.ts'

interface Secret extends KubeObject {
  data?: Record<string, string> | null
}

/** The values by key; white space around a value is never part of a credential. */
export function decodeSecret(object: KubeObject): Record<string, string> {
  const entries = Object.entries((object as Secret).data ?? {})
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8').trim()]),
  )
}

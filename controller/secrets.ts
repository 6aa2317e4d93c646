/** What a Secret holds, decoded. */
import type { KubeObject } from '../src/objects.ts'

interface Secret extends KubeObject {
  data?: Record<string, string>
}

export function decodeSecret(object: KubeObject): Record<string, string> {
  const { data = {} } = object as Secret
  const entries = Object.entries(data)
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  )
}

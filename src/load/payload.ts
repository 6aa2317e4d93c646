/** What a load tester is sent: the payload of a hook. Pure. */
import { isMap, readJson } from '../json.ts'

export interface LoadPayload {
  name: string
  namespace: string
  checksum: string
  metadata: Readonly<Record<string, string>>
}

/** The payload, or undefined for what is none; what stands there beside it is not looked at. */
export function readPayload(text: string): LoadPayload | undefined {
  const read = readJson(text)
  if (!isMap(read)) return undefined
  const { name = '', namespace = '', checksum = '', metadata } = read
  if (typeof name !== 'string' || typeof namespace !== 'string') return undefined
  const entries = Object.entries(isMap(metadata) ? metadata : {})
  if (metadata !== undefined && metadata !== null && !isMap(metadata)) return undefined
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    return undefined
  return { name, namespace, checksum: String(checksum), metadata: Object.fromEntries(entries) }
}

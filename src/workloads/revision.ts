/** What identifies a revision: a hash that no client library and no API upgrade changes. */
import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical.ts'

const ours = /^v2:[0-9a-f]{40}$/

/** `v2:` and 40 hex digits of the SHA-256 of the content, as the API server returns it. */
export function revisionOf(content: unknown): string {
  return `v2:${sha256(canonicalJson(content)).slice(0, 40)}`
}

/** True for a hash of another controller; an absent or empty one is nobody's. */
export function isForeignRevision(hash: string | undefined): boolean {
  return hash !== undefined && hash !== '' && !ours.test(hash)
}

/**
 * An identifier in the form of a UUID v4 that depends on nothing but its input, so that writing
 * the same promotion twice writes the same object.
 */
export function stableId(input: unknown): string {
  const hex = sha256(canonicalJson(input))
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** What identifies a revision: a hash that no client library and no API upgrade changes. */
import { createHash } from 'node:crypto'
import { revisionPrefix } from '../canary/revision.ts'
import { canonicalJson } from './canonical.ts'

/** `v2:` and 40 hex digits of the SHA-256 of the content, as the API server returns it. */
export function revisionOf(content: unknown): string {
  return `${revisionPrefix}${sha256(canonicalJson(content)).slice(0, 40)}`
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

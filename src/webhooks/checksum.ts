/** The checksum of a payload: which revision and configuration a hook is told about. */

interface Identified {
  trackedConfigs?: Record<string, string>
  lastAppliedSpec?: string
}

/**
 * Flagger's checksum, bit for bit: FNV-1a, 32 bit, over the way Go prints the two fields, then
 * every character of the decimal number replaced by one of an alphabet without vowels (the
 * "safe encode" of Kubernetes' rand package).
 */
export function checksum({ trackedConfigs, lastAppliedSpec = '' }: Identified): string {
  const pairs = Object.entries(trackedConfigs ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}:${value}`)
  const configs = trackedConfigs ? `map[${pairs.join(' ')}]` : '<nil>'
  const text =
    '(struct { TrackedConfigs *map[string]string; LastAppliedSpec string })' +
    `{TrackedConfigs:(*map[string]string)${configs} LastAppliedSpec:(string)${lastAppliedSpec}}`
  return safeEncode(String(fnv1a(text)))
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

function safeEncode(text: string): string {
  return [...text].map((char) => alphabet[char.charCodeAt(0) % alphabet.length]).join('')
}

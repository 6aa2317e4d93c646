/** What a Secret holds, decoded; and texts that others send, without what was in it. */
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

/** Shorter ones are words that stand anywhere. */
const shortestSecret = 4

/** A text with `***` in place of secrets: servers like to repeat what they were sent. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= shortestSecret)
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, '***'), text)
}

/** The password in an address, as it stands there and as it is sent. */
export function credentialsIn(address: string): string[] {
  const url = URL.parse(address)
  if (!url || (url.username === '' && url.password === '')) return []
  const { username, password } = url
  try {
    const plain = decodeURIComponent(password)
    const sent = Buffer.from(`${decodeURIComponent(username)}:${plain}`).toString('base64')
    return [password, plain, sent]
  } catch {
    return [password]
  }
}

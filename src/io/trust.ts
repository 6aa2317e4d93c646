/** Whom a TLS client trusts where nobody says otherwise. */
import { getCACertificates } from 'node:tls'

let trusted: string[] | undefined

/** PEM certificates of Node's own list and of the system; read once, since that takes a while. */
export function trustedCertificates(): string[] {
  trusted ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
  return trusted
}

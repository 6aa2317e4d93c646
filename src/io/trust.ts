/** Whom a TLS client trusts where nobody says otherwise. */

let trusted: string[] | undefined

/** PEM certificates of Node's own list and of the system; read once, since that takes a while. */
export function trustedCertificates(): string[] {
  trusted ??= readCertificates()
  return trusted
}

function readCertificates(): string[] {
  // Not imported: a command that speaks plain HTTP, or has a CA given, starts 4 ms sooner without.
  const { getCACertificates } = process.getBuiltinModule('node:tls')
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
}

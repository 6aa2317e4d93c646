/** Whom TLS clients trust, and what their connections share. */
import type { SecureContext } from 'node:tls'

export interface Trust {
  /** PEM; absent trusts the certificates of Node's own list and of the system. */
  certificateAuthority?: string | undefined
  /** Any certificate will do: the caller sets `rejectUnauthorized` to false. */
  insecure?: boolean
  /** PEM. */
  clientCertificate?: string | undefined
  /** PEM. */
  clientKey?: string | undefined
}

let trusted: string[] | undefined
let contextOfTrusted: SecureContext | undefined
let contextOfAnybody: SecureContext | undefined
let areDefaultsSet = false

/**
 * What connections to one server may share. Made anew for each, the authorities would be parsed
 * again: 30 ms and a megabyte where no authority is given.
 */
export function secureContext(trust: Trust): SecureContext {
  const { certificateAuthority, insecure = false, clientCertificate, clientKey } = trust
  const login = {
    ...(clientCertificate === undefined ? {} : { cert: clientCertificate }),
    ...(clientKey === undefined ? {} : { key: clientKey }),
  }
  setDefaults([])
  const { createSecureContext } = tls()
  const hasLogin = Object.keys(login).length > 0
  if (insecure && hasLogin) return createSecureContext({ ...login, ca: [] })
  if (insecure) {
    contextOfAnybody ??= createSecureContext({ ca: [] })
    return contextOfAnybody
  }
  if (certificateAuthority !== undefined)
    return createSecureContext({ ...login, ca: certificateAuthority })
  if (hasLogin) return createSecureContext({ ...login, ca: trustedCertificates() })
  contextOfTrusted ??= createSecureContext({ ca: trustedCertificates() })
  return contextOfTrusted
}

/** For libraries that make contexts of their own: lets them trust what all else here trusts. */
export function trustByDefault(): void {
  areDefaultsSet = false
  setDefaults(trustedCertificates())
}

/**
 * Node parses its own list before it takes the authority that is given instead, and that takes
 * longer than a request; every context here is told whom to trust, so that the list may be empty.
 */
function setDefaults(certificates: string[]): void {
  if (areDefaultsSet || isListOfOpenssl()) return
  areDefaultsSet = true
  tls().setDefaultCACertificates(certificates)
}

/** PEM certificates of Node's own list and of the system; read once, since that takes a while. */
function trustedCertificates(): string[] {
  trusted ??= readCertificates()
  return trusted
}

function readCertificates(): string[] {
  const { getCACertificates } = tls()
  // Not `default`, which is what `setDefaults` left of it.
  const own = isListOfOpenssl() ? (['default'] as const) : (['bundled', 'extra'] as const)
  return [...new Set([...own, 'system' as const].flatMap((list) => getCACertificates(list)))]
}

/** Whoever has OpenSSL's list in place of Node's keeps it. */
function isListOfOpenssl(): boolean {
  const options = [process.env.NODE_OPTIONS ?? '', ...process.execArgv]
  if (!options.some((text) => text.includes('--use-openssl-ca'))) return false
  // A released executable takes no option from anybody: it is told so only to read no list early.
  return !process.getBuiltinModule('node:sea').isSea()
}

/** Not imported: a command that speaks plain HTTP starts 4 ms sooner without. */
function tls() {
  return process.getBuiltinModule('node:tls')
}

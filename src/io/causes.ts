/** Says why a request got no answer. Pure. */

export interface Cause {
  /** The first two mean that the other side cannot have seen the request. */
  reason: 'ConnectionRefused' | 'Unreachable' | 'Certificate' | 'ConnectionReset'
  /** The end of a sentence, without the address. */
  text: string
}

const unreachable: Record<string, string> = {
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name of the host could not be looked up',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  EADDRNOTAVAIL: 'the address is not available',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_PRX_TLS: 'the TLS connection to the proxy failed',
}

const certificate =
  /CERT|_SIGNATURE|ERR_TLS|ERR_SSL|EPROTO|UNABLE_TO_|ISSUER|INVALID_CA|INVALID_PURPOSE/

/** Reads the error codes of Node's sockets and TLS, and of undici. */
export function causeOf(error: unknown): Cause {
  const code = codeOf(error)
  if (code === 'ECONNREFUSED') return { reason: 'ConnectionRefused', text: 'connection refused' }
  const text = unreachable[code]
  if (text !== undefined) return { reason: 'Unreachable', text }
  const reason = certificate.test(code) ? 'Certificate' : 'ConnectionReset'
  return { reason, text: plainText(messageOf(error), code) }
}

/** OpenSSL writes `4083…:error:0A00010B:SSL routines:FUNCTION:REASON:FILE:LINE:`. */
function plainText(message: string, code: string): string {
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'the server does not speak TLS'
  const [, reason] = /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/i.exec(message) ?? []
  return reason === undefined ? message : `TLS: ${reason}`
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  // One address of several was tried after the other.
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  if ('code' in error && typeof error.code === 'string' && error.code !== 'UND_ERR_SOCKET')
    return error.code
  return codeOf(error.cause)
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

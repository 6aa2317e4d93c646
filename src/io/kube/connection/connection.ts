/** What `connect` needs to know about one API server; `config.ts` builds it. */

/** How requests authenticate at this moment. */
export interface Credentials {
  /** Such as Authorization and the Impersonate headers. */
  headers: Record<string, string | string[]>
  /** PEM. */
  clientCertificate?: string
  /** PEM. */
  clientKey?: string
}

/** One way to log in. `refused` is what led to a 401: where it is what would be given, forget it. */
export type Login = (refused?: Credentials) => Promise<Partial<Credentials>>

export interface Connection {
  /** Address with scheme, and a path where a gateway needs one; no slash at the end. */
  server: string
  /** Namespace of requests that name none. */
  namespace: string
  /** Name of the kubeconfig context, for messages; absent in a cluster. */
  context?: string
  /** PEM; absent trusts the certificates that the system trusts. */
  certificateAuthority?: string
  /** Expect this name in the server's certificate instead of the address. */
  tlsServerName?: string
  insecureSkipTlsVerify?: boolean
  /** http, https or socks5 URL of a proxy in between. */
  proxy?: string
  /** Milliseconds for one request, watches aside; 0 waits forever, absent is up to the client. */
  requestTimeoutMs?: number
  /**
   * Called before each request, so it answers from memory while it can. `refused` is what led to
   * a 401: where it is what would be given again, it is forgotten.
   */
  credentials(refused?: Credentials): Promise<Credentials>
}

/** A connection without authentication or TLS settings, such as to an embedded API server. */
export function anonymousConnection(server: string, namespace = 'default'): Connection {
  return {
    server: server.replace(/\/+$/, ''),
    namespace,
    credentials: () => Promise.resolve({ headers: {} }),
  }
}

/** The port for requests to everything that is not the API server. */

export interface HttpRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers?: Record<string, string | string[]>
  body?: string
  /** Milliseconds for connecting, sending and reading together. */
  timeoutMs: number
  insecureSkipVerify?: boolean
  /** Whom to trust in place of everybody else, and who we are; PEM. */
  tls?: ClientTls
  /** URL of an HTTP proxy. */
  proxy?: string
  /** Past the proxy that the environment names. */
  direct?: boolean
  /** A longer answer is cut here; without it, one that is far too long is an error. */
  mostBytes?: number
  /** Redirects that leave the host are an error; all are followed unless it says so. */
  redirects?: 'home'
  /** Whose request it is: the namespaces share what this process can do at a time. */
  tenant?: string
}

export interface ClientTls {
  ca?: string
  cert?: string
  key?: string
}

export interface HttpAnswer {
  status: number
  headers: Record<string, string>
  body: string
  /** Another host than the one that was asked gave it: a redirect led there. */
  isElsewhere?: true
}

/** Sends one request. Rejects with ProviderError when no answer came; any status is an answer. */
export type Http = (request: HttpRequest, signal?: AbortSignal) => Promise<HttpAnswer>

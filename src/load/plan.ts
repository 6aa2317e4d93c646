/** What load is to be sent. Pure data. */
export interface LoadPlan {
  url: URL
  method: string
  headers: [name: string, value: string][]
  /** Name that the request asks for, where it is not that of the address. */
  host: string
  body: string
  /** How many in all; undefined where time alone ends it. */
  requests: number | undefined
  /** How long; undefined where the number alone ends it. */
  durationMs: number | undefined
  /** How many send at a time. */
  workers: number
  /** Requests a second of each of them; 0 for as many as go. */
  ratePerWorker: number
  /** For one request; 0 for none. */
  timeoutMs: number
  isHttp2: boolean
  keepAlive: boolean
}

/** The plan with the login of the address as a header, as every client sends it. */
export function loginHeader({ username, password }: URL): [string, string][] {
  if (username === '' && password === '') return []
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return [['Authorization', basic(login)]]
}

/** The value of an Authorization header. */
export function basic(login: string): string {
  return `Basic ${Buffer.from(login).toString('base64')}`
}

/** One that sends the request of a load, one after the other. */
export type Outcome = { status: number; bytes: number } | { error: string }

export interface Sender {
  /** Sends once; must not be called again before it was answered. */
  send(done: (outcome: Outcome) => void): void
  /** Gives up what is under way: it fails for this reason. */
  abort(why: string): void
  /** Lets go of the connection; nothing is to be under way. */
  close(): void
}

/** For tests: an address leads to a server of theirs, whatever its name. */
export interface Route {
  to?: ((url: URL) => { host: string; port: number }) | undefined
}

/** Where to connect to for an address. */
export function endpointOf(url: URL, { to }: Route): { host: string; port: number } {
  const usual = url.protocol === 'https:' ? 443 : 80
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return to?.(url) ?? { host, port: Number(url.port || usual) }
}

/** What runs at other servers have in common, whoever carries them out. Pure. */
import type { HttpAnswer } from '../../io/http.ts'

/** What one look says of a run. */
export type RunLook =
  | { is: 'running' }
  /** The server has nothing to say of it. */
  | { is: 'lost'; why: string }
  /** Why it failed; empty where it succeeded. */
  | { is: 'ended'; cause: string }

/** Looks in a row that find a run lost, before it is given up: a server that restarts may say so. */
export const mostLost = 3

/** An answer that no later one will be better than; undefined for all others. */
export function lostBy({ status }: HttpAnswer): RunLook | undefined {
  const comesBack = status < 400 || status >= 500 || [408, 425, 429].includes(status)
  return comesBack ? undefined : { is: 'lost', why: `status ${status}` }
}

/** The URL of a path of an API; behind the path of the server's address, as a proxy has it. */
export function urlBelow(server: string, path: string): string {
  const base = new URL(server)
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return new URL(path, base).href
}

/** What reports read through: the API server, with the rights of the user. */
import type { Reader } from '../../src/report/reading/reader.ts'
import type { Session } from './session.ts'

/** Reads until the signal of the session. */
export function readerOf({ kube, clock, signal, minIntervalMs }: Session): Reader {
  return {
    now: () => clock.now(),
    get: (ref) => kube.get(ref, signal),
    list: async (kind, narrowing) => (await kube.list<never>(kind, { ...narrowing, signal })).items,
    minIntervalMs,
  }
}

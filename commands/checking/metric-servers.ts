/** Asks the metric servers of a cluster through its API server. */
import {
  type AskedServer,
  type MetricServer,
  queryPath,
} from '../../src/cluster-check/metric-servers.ts'
import { KubeError } from '../../src/errors.ts'
import { isService } from '../input/services.ts'
import type { Session } from '../shell/session.ts'

const patienceMs = 5_000
const mostServers = 10

/**
 * The first ten, side by side; of what is perhaps no Service of the cluster nothing is told. Rejects
 * when the user gives up.
 */
export async function askServers(
  servers: readonly MetricServer[],
  session: Session,
): Promise<AskedServer[]> {
  const found = await Promise.all(servers.map(({ service }) => isService(service, session)))
  const inside = servers.filter((_, at) => found[at])
  return Promise.all(inside.slice(0, mostServers).map((server) => ask(server, session)))
}

async function ask(server: MetricServer, { kube, signal }: Session): Promise<AskedServer> {
  const patience = AbortSignal.timeout(patienceMs)
  try {
    const path = `${queryPath(server.service)}?query=vector(1)`
    await kube.raw('GET', path, undefined, AbortSignal.any([signal, patience]))
    return { server, problem: undefined }
  } catch (error) {
    signal.throwIfAborted()
    if (patience.aborted) return { server, problem: `not within ${patienceMs / 1000} s` }
    if (!(error instanceof KubeError)) throw error
    // A server of its own that lets nobody in has answered.
    if (error.status === 403 && error.foreign === undefined)
      return { server, problem: undefined, denied: true }
    return { server, problem: error.message }
  }
}

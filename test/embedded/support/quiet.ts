/** Waiting for nothing: until a cluster is asked nothing, and to see that it stays so. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { EmbeddedCluster } from './cluster.ts'

/** A process that waits for a core asks for nothing either, though not for so long. */
const quietMs = 3_000

/** Resolves when the server was asked nothing for a while. */
export async function quiet({ server }: EmbeddedCluster): Promise<void> {
  for (let total = -1; total !== server.requests.total(); ) {
    total = server.requests.total()
    await sleep(quietMs)
  }
}

/** What is asked in five seconds in which nothing happens, in which a canary would look often. */
export async function askedWhileIdle(cluster: EmbeddedCluster): Promise<Record<string, number>> {
  await quiet(cluster)
  cluster.server.requests.reset()
  await sleep(5_000)
  return cluster.server.requests.counts()
}

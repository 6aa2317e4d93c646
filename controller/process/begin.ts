/** Starts the loop: at once, or when this replica leads. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Kube } from '../../src/io/kube/kube.ts'
import { electLeader, type LeaderElection, leaseName } from '../../src/io/kube/lease.ts'
import type { Loop } from '../tick/loop.ts'
import type { Config } from './config/config.ts'
import type { Deps } from './deps.ts'
import type { Shutdown } from './shutdown.ts'

interface Parts {
  deps: Deps
  /** For the lease itself, which is taken by who does not lead yet. */
  kube: Kube
  loop: Loop
  shutdown: Shutdown
}

/** The election, where there is one: who loses it ends the process. */
export async function begin(
  config: Readonly<Config>,
  { deps, loop, shutdown, kube }: Parts,
): Promise<LeaderElection | undefined> {
  if (!config.leaderElection) {
    await loop.start()
    return undefined
  }
  const { clock, random, log } = deps
  const name = leaseName
  const identity = `${hostname()}_${randomUUID()}`
  const namespace = config.leaseNamespace
  log.info({ id: identity, lease: name, namespace }, 'Starting leader election')
  return electLeader({
    ...{ kube, clock, random, log, namespace, name, identity },
    onStarted() {
      log.info({ id: identity }, 'Acting as elected leader')
      void loop.start()
    },
    onLost(why) {
      log.error({ why }, 'Leadership lost')
      shutdown.end(1)
    },
  })
}

/** Builds what ticks are given. */

import { readFile } from 'node:fs/promises'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { systemClock } from '../../src/io/clock.ts'
import { createCredentials } from '../../src/io/credentials/source.ts'
import { createHttp } from '../../src/io/http-client.ts'
import type { KubeClient } from '../../src/io/kube/client.ts'
import { createEventRecorder } from '../../src/io/kube/events.ts'
import type { Log } from '../../src/io/log.ts'
import { proxyFromEnvironment } from '../../src/io/proxy.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import { createContents } from '../observe/contents.ts'
import { createBreath } from '../queue/breath.ts'
import { createRunLimits } from '../queue/run-limits.ts'
import { createShares } from '../queue/shares.ts'
import { globalProblem } from '../tell/alerting.ts'
import { createTeller } from '../tell/tell.ts'
import { createDroppedTeller } from '../writing/dropped.ts'
import type { Config } from './config/config.ts'
import { caches } from './connections.ts'
import type { Deps } from './deps.ts'
import type { Metrics } from './metrics.ts'
import { reachOf } from './reach.ts'
import { settingsOf } from './settings.ts'
import { whileLeading } from './standby.ts'

const canaryKind = resourceKind({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' })

interface Given {
  kube: KubeClient
  /** The cluster of the service mesh, where it is another one. */
  mesh: KubeClient | undefined
  log: Log
  metrics: Metrics
  signal: AbortSignal
  /** Whether this replica leads: nothing is written, called or alerted otherwise. */
  mayAct: () => boolean
}

export interface Assembly {
  deps: Deps
  /** Sends the alerts and events that wait. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** No request is made yet. */
export function assemble(config: Readonly<Config>, given: Given): Assembly {
  const { kube, mesh, log, metrics, signal, mayAct } = given
  const clock = systemClock
  const cache = caches(config, { kube, mesh, log })
  const proxyFor = proxyFromEnvironment(process.env)
  const client = createHttp({ proxyFor, reach: reachOf(config, { kube, mesh }) })
  // What the controller asks for itself: the machine and its cloud, at addresses no user named.
  const own = createHttp({ proxyFor })
  const acting = whileLeading({ kube, http: client }, mayAct)
  const contents = createContents(kube)
  const { mostRequests, longestTimeoutMs } = config
  const shares = createShares({ most: mostRequests, longestMs: longestTimeoutMs })
  const shared = { http: acting.http, shares, cache, contents, clock, log, metrics, signal }
  const recorder = createEventRecorder({ kube: acting.kube, clock, log, burst: 100, paceMs: 1_000 })
  const teller = createTeller({ ...shared, recorder, config })
  const problem = globalProblem({ config })
  if (problem !== undefined) log.error({}, `Notifier ${problem}`)
  const deps: Deps = {
    ...shared,
    kube: acting.kube,
    credentials: createCredentials({
      env: process.env,
      readFile: (path) => readFile(path, 'utf8'),
      own,
      users: client,
      clock,
    }),
    teller,
    random: Math.random,
    breath: createBreath(clock),
    tellDropped: createDroppedTeller(log),
    outside: (wait) => wait(),
    wake: () => {},
    wrote: () => {},
    runLimits: createRunLimits(
      { most: config.mostRollouts, mostPerNamespace: config.mostRolloutsPerNamespace },
      () => cache.list<CanaryResource>(canaryKind),
    ),
    settings: settingsOf(config, { ownRoutes: mesh === undefined }),
    startedAt: clock.now(),
    startedMs: clock.monotonicMs(),
  }
  return {
    deps,
    async flush() {
      await teller.flush()
      await recorder.flush()
    },
    async close() {
      await Promise.all([client.close(), own.close()])
    },
  }
}

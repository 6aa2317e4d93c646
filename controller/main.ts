/** The controller process: reads its configuration, has its parts built, runs the loop. */
import { messageOf, UsageError } from '../src/errors.ts'
import type { KubeClient } from '../src/io/kube/client.ts'
import { podNamespace } from '../src/io/kube/connection/config.ts'
import type { LeaderElection } from '../src/io/kube/lease.ts'
import type { Log } from '../src/io/log.ts'
import { resourceKind } from '../src/known-kinds.ts'
import { type Assembly, assemble } from './process/assemble.ts'
import { begin } from './process/begin.ts'
import { type Config, parseConfig, unnamedCluster } from './process/config/config.ts'
import { usage } from './process/config/flag-specs.ts'
import { clients } from './process/connections.ts'
import type { Deps } from './process/deps.ts'
import { explainFlags } from './process/explain.ts'
import { createMetrics, type Metrics } from './process/metrics.ts'
import { assertReady } from './process/ready.ts'
import { type HealthServer, startServer } from './process/server.ts'
import { shownSettings } from './process/settings.ts'
import { createShutdown, type Shutdown } from './process/shutdown.ts'
import { revision, version } from './process/version.ts'
import { createLogger, type ProcessLog } from './tell/logger.ts'
import { createLoop, type Loop } from './tick/loop.ts'

const canaryKind = resourceKind({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' })

/** Ticks that may run at the same time for each thread of Flagger's flag. */
const ticksPerThread = 32
/** First ticks after a start are spread: so much for each canary, and so much at most. */
const spreadMs = 50
const longestSpreadMs = 10_000

/** Runs until a signal or a fatal error; the answer is the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let config: Readonly<Config>
  try {
    config = parseConfig(args, { POD_NAMESPACE: podNamespace(), ...process.env })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`error: ${error.message}\n`)
    return 2
  }
  if (config.help) return print(usage())
  if (config.version) return print(`Flagger version ${version} revision  ${revision}`)
  const unnamed = unnamedCluster(config, process.env)
  if (unnamed !== undefined) {
    process.stderr.write(`error: ${unnamed}\n`)
    return 2
  }
  const logging = createLogger({ level: config.logLevel, encoding: config.logEncoding })
  try {
    return await run(config, logging)
  } catch (error) {
    logging.log.error({}, messageOf(error))
    return 1
  } finally {
    await logging.end()
  }
}

function print(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

async function run(config: Readonly<Config>, { log, dropped }: ProcessLog): Promise<number> {
  const shutdown = createShutdown(log)
  const metrics = createMetrics(config)
  metrics.info(version, config.meshProvider)
  metrics.logLost(dropped)
  const connected = clients(config, metrics)
  const { kube, mesh } = connected
  const early = await readyOrEnded(kube, config, { log, shutdown })
  if (early !== undefined) return early
  explainFlags(config, log)

  let election: LeaderElection | undefined
  const mayAct = () => !config.leaderElection || election?.mayAct() === true
  const parts = assemble(config, { ...connected, log, metrics, signal: shutdown.signal, mayAct })
  let synced = false
  const server = await serve(config, metrics, () => synced)
  const canaries = parts.deps.cache.want(canaryKind)
  await Promise.race([canaries, shutdown.done])
  synced = true
  // Objects in another cluster can't be owned by a Canary in this one.
  const loop = loopOf(config, parts.deps, { ownRoutes: mesh === undefined })
  election = await begin(config, { deps: parts.deps, loop, shutdown, kube })
  log.info({ provider: config.meshProvider, port: server.port, dryRun: config.dryRun }, 'started')

  const code = await shutdown.done
  await end({ loop, parts, election, server, kube })
  log.info({ code }, 'stopped')
  return code
}

interface Running {
  loop: Loop
  parts: Assembly
  election: LeaderElection | undefined
  server: HealthServer
  kube: KubeClient
}

/** What writes ends before the lease that lets it write, and connections last. */
async function end({ loop, parts, election, server, kube }: Running): Promise<void> {
  await loop.stop()
  await parts.flush()
  await loop.noteSentAlerts()
  await election?.stop()
  await parts.deps.cache.stop()
  await server.close()
  await parts.close()
  await kube.close()
}

/** A server that does not answer must not keep the process from ending when it is asked to. */
async function readyOrEnded(
  kube: KubeClient,
  config: Readonly<Config>,
  { log, shutdown }: { log: Log; shutdown: Shutdown },
): Promise<number | undefined> {
  const starting = new AbortController()
  const readiness = assertReady(kube, config, { log, signal: starting.signal })
  const early = await Promise.race([readiness, shutdown.done])
  if (early === undefined) return undefined
  starting.abort()
  await kube.close()
  return early
}

/** Probes and metrics; at two addresses where a flag says so. */
async function serve(
  { port, address, metricsAddress }: Readonly<Config>,
  { registry }: Metrics,
  isSynced: () => boolean,
): Promise<HealthServer> {
  const options = {
    sick: () => '',
    unready: () => (isSynced() ? '' : 'the caches are not filled yet'),
    metrics: () => registry.metrics(),
    metricsType: registry.contentType,
  }
  if (!metricsAddress) return startServer({ ...options, port, address })
  const metrics = await startServer({ ...options, ...metricsAddress, pages: ['/metrics'] })
  const probes = await startServer({ ...options, port, address, pages: ['/healthz', '/readyz'] })
  const close = () => Promise.all([probes.close(), metrics.close()]).then(() => undefined)
  return { port: probes.port, close }
}

function loopOf(config: Readonly<Config>, deps: Deps, where: { ownRoutes: boolean }): Loop {
  const settings = shownSettings(config, where)
  return createLoop(deps, {
    identity: { controller: `canary-controller/${version}`, settings },
    concurrency: config.threads * ticksPerThread,
    spreadMs,
    longestSpreadMs,
  })
}

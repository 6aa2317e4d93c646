/** The controller process: reads its configuration, builds the adapters, runs the loop. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { messageOf, UsageError } from '../src/errors.ts'
import { systemClock } from '../src/io/clock.ts'
import { createHttp } from '../src/io/http-client.ts'
import { createEventRecorder } from '../src/io/kube/events.ts'
import type { Kube } from '../src/io/kube/kube.ts'
import { electLeader, type LeaderElection, leaseName } from '../src/io/kube/lease.ts'
import type { Log } from '../src/io/log.ts'
import { proxyFromEnvironment } from '../src/io/proxy.ts'
import { resourceKind } from '../src/known-kinds.ts'
import { createContents } from './observe/contents.ts'
import { type Config, parseConfig, unnamedCluster, usage } from './process/config.ts'
import { caches, clients } from './process/connections.ts'
import type { Deps } from './process/deps.ts'
import { createLogger, type ProcessLog } from './process/logger.ts'
import { createMetrics } from './process/metrics.ts'
import { assertReady } from './process/ready.ts'
import { startServer } from './process/server.ts'
import { settingsOf, shownSettings } from './process/settings.ts'
import { createShutdown, type Shutdown } from './process/shutdown.ts'
import { whileLeading } from './process/standby.ts'
import { revision, version } from './process/version.ts'
import { globalProblem } from './tell/alerting.ts'
import { createTeller } from './tell/tell.ts'
import { createLoop, type Loop } from './tick/loop.ts'

/** Ticks that may run at the same time for each thread of Flagger's flag. */
const ticksPerThread = 32
/** First ticks after a start are spread: so much for each canary, and so much at most. */
const spreadMs = 50
const longestSpreadMs = 10_000

/** Runs until a signal or a fatal error; the answer is the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let config: Readonly<Config>
  try {
    config = parseConfig(args, process.env)
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
  const metrics = createMetrics()
  metrics.info(version, config.meshProvider)
  metrics.logLost(dropped)
  const { kube, mesh } = clients(config, metrics)
  // A server that does not answer must not keep the process from ending when it is asked to.
  const starting = new AbortController()
  const readiness = assertReady(kube, config, { log, signal: starting.signal })
  const early = await Promise.race([readiness, shutdown.done])
  if (early !== undefined) {
    starting.abort()
    await kube.close()
    return early
  }
  explainFlags(config, log)

  const cache = caches(config, { kube, mesh, log })
  const client = createHttp({ proxyFor: proxyFromEnvironment(process.env) })
  let election: LeaderElection | undefined
  const mayAct = () => !config.leaderElection || election?.mayAct() === true
  const acting = whileLeading({ kube, http: client }, mayAct)
  const { http } = acting
  const recorder = createEventRecorder({
    kube: acting.kube,
    clock: systemClock,
    log,
    burst: 100,
    paceMs: 1_000,
  })
  const contents = createContents(kube)
  // Objects in another cluster can't be owned by a Canary in this one.
  const where = { ownRoutes: mesh === undefined }
  const settings = settingsOf(config, where)
  const shown = shownSettings(config, where)
  const { signal } = shutdown
  const startedAt = systemClock.now()
  const startedMs = systemClock.monotonicMs()
  const teller = createTeller({
    recorder,
    http,
    cache,
    contents,
    clock: systemClock,
    log,
    config,
    metrics,
    signal,
  })
  const problem = globalProblem({ config })
  if (problem !== undefined) log.error({}, `Notifier ${problem}`)
  const random = Math.random
  const clock = systemClock
  const deps: Deps = {
    ...{ kube: acting.kube, cache, contents, http, clock, random, log, settings, metrics, teller },
    startedAt,
    startedMs,
    signal,
  }

  let synced = false
  const server = await startServer({
    port: config.port,
    address: config.address,
    sick: () => '',
    unready: () => (synced ? '' : 'the caches are not filled yet'),
    metrics: () => metrics.registry.metrics(),
    metricsType: metrics.registry.contentType,
  })
  const canaries = cache.want(resourceKind({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }))
  await Promise.race([canaries, shutdown.done])
  synced = true
  const loop = createLoop(deps, {
    identity: { controller: `canary-controller/${version}`, settings: shown },
    concurrency: config.threads * ticksPerThread,
    spreadMs,
    longestSpreadMs,
  })
  election = await begin(config, { deps, loop, shutdown, kube })
  log.info({ provider: config.meshProvider, port: server.port, dryRun: config.dryRun }, 'started')

  const code = await shutdown.done
  await loop.stop()
  await teller.flush()
  await recorder.flush()
  await election?.stop()
  await cache.stop()
  await server.close()
  await client.close()
  await kube.close()
  log.info({ code }, 'stopped')
  return code
}

const shortestIntervalMs = 10_000

/** Flagger's own; who set another one should know what became of it. */
const defaultControlLoopMs = 10_000

function explainFlags({ minIntervalMs, dryRun, controlLoopMs }: Readonly<Config>, log: Log): void {
  if (controlLoopMs !== defaultControlLoopMs)
    log.info(
      { controlLoopIntervalMs: controlLoopMs },
      '-control-loop-interval has no effect: changes and planned times wake a canary, no loop does',
    )
  if (minIntervalMs < shortestIntervalMs)
    log.warn(
      { minimumAnalysisIntervalMs: minIntervalMs },
      '-minimum-analysis-interval below 10s is for tests: metrics are not current at that pace',
    )
  if (dryRun) log.warn({}, 'dry run: nothing is changed, no hook is called, no alert is sent')
}

interface Parts {
  deps: Deps
  /** For the lease itself, which is taken by who does not lead yet. */
  kube: Kube
  loop: Loop
  shutdown: Shutdown
}

/** Starts the loop: at once, or when this replica leads. */
async function begin(
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

/** The load tester: carries out what hooks ask for, and keeps gates. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, UsageError } from '../../src/errors.ts'
import { type Clock, systemClock } from '../../src/io/clock.ts'
import { createHttp } from '../../src/io/http-client.ts'
import type { Log } from '../../src/io/log.ts'
import { proxyFromEnvironment } from '../../src/io/proxy.ts'
import { readAllowList } from '../../src/load/access.ts'
import { createShutdown } from '../process/shutdown.ts'
import { version } from '../process/version.ts'
import { createLogger } from '../tell/logger.ts'
import { carryOut } from './carry-out.ts'
import { type LoadTesterConfig, loadTesterUsage, parseLoadTesterConfig } from './config.ts'
import { createGates } from './gates.ts'
import { heyCommand } from './hey-command.ts'
import type { Route } from './load/sender.ts'
import { createLoadTesterMetrics } from './metrics.ts'
import { createReviewer, type PodAccess, type Reviewer } from './reviewer.ts'
import { type LoadTesterServer, startLoadTesterServer } from './server.ts'
import { createState } from './state.ts'
import { createTasks } from './tasks.ts'

/** Runs until a signal; `hey …` sends one load and ends. The answer is the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  if (args[0] === 'hey') return heyCommand(args.slice(1))
  let config: LoadTesterConfig
  try {
    config = parseLoadTesterConfig(args)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`error: ${error.message}\n`)
    return 2
  }
  if (config.help) {
    process.stdout.write(`${loadTesterUsage()}\n`)
    return 0
  }
  const logging = createLogger({ level: config.logLevel, encoding: config.logEncoding })
  try {
    const shutdown = createShutdown(logging.log)
    const tester = await startLoadTester(config, { log: logging.log })
    logging.log.info({}, `Starting load tester v${version} API on port ${tester.port}`)
    const code = await shutdown.done
    await tester.close()
    return code
  } catch (error) {
    logging.log.error({}, messageOf(error))
    return 1
  } finally {
    await logging.end()
  }
}

export interface LoadTesterDeps extends Route {
  log: Log
  clock?: Clock
  env?: Readonly<Record<string, string | undefined>>
  /** Where a pod finds what tells the API server who it is. */
  accountFolder?: string
}

const usualAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Starts it; rejects where its files cannot be read or its port is taken. */
export async function startLoadTester(
  config: LoadTesterConfig,
  deps: LoadTesterDeps,
): Promise<LoadTesterServer> {
  const { log, clock = systemClock, env = process.env, to } = deps
  const { accountFolder = usualAccountFolder } = deps
  const http = createHttp({ clock, proxyFor: proxyFromEnvironment(env) })
  const metrics = createLoadTesterMetrics()
  const state = createState(config.stateFolder, log)
  const allowed =
    config.allowFile === '' ? [] : readAllowList(readFileSync(config.allowFile, 'utf8'))
  const tasks = createTasks({
    carryOut: (task, signal) => carryOut(task, { clock, http, metrics, to }, signal),
    ...{ clock, log, metrics, state },
    timeoutMs: config.timeoutMs,
    mostTasks: config.mostTasks,
  })
  const token = tokenReader(config, log)
  const review = reviewerOf(config, { env, accountFolder }, (access) =>
    createReviewer(access, { http, clock, log, audience: config.tokenAudience }),
  )
  if (config.isOpen) log.warn({}, 'everybody who reaches this port runs programs: -auth=none')
  const server = await startLoadTesterServer(config.port, {
    ...{ tasks, log, metrics, token, review },
    gates: createGates(state, log),
    rules: { isOpen: config.isOpen, allowed, trustedAccounts: config.trustedAccounts },
    namespaces: config.namespaces,
  })
  return {
    port: server.port,
    async close() {
      await Promise.all([tasks.stop(), server.close()])
      await http.close()
    },
  }
}

/** A file that is not there now may be there in a moment; until then nobody has the token. */
function tokenReader({ tokenFile }: LoadTesterConfig, log: Log): () => string {
  if (tokenFile === '') return () => ''
  return () => {
    try {
      return readFileSync(tokenFile, 'utf8').trim()
    } catch (error) {
      log.error({ file: tokenFile }, `the token cannot be read: ${messageOf(error)}`)
      return ''
    }
  }
}

function reviewerOf(
  { tokenReview }: LoadTesterConfig,
  { env, accountFolder }: Required<Pick<LoadTesterDeps, 'env' | 'accountFolder'>>,
  make: (access: PodAccess) => Reviewer,
): Reviewer | undefined {
  if (!tokenReview) return undefined
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env
  if (!host) throw new UsageError('flag -token-review works in a pod only')
  const name = host.includes(':') ? `[${host}]` : host
  return make({
    url: `https://${name}:${port}`,
    tokenFile: join(accountFolder, 'token'),
    caFile: join(accountFolder, 'ca.crt'),
  })
}

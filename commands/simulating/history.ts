/** What a Prometheus server knows of the primary: traffic, failures, and how these come. */
import type { Canary } from '../../src/canary/canary.ts'
import { messageOf, UsageError } from '../../src/errors.ts'
import type { Service } from '../../src/judge/simulated/play.ts'
import { ask } from '../../src/metrics/asking.ts'
import type { MetricCheck } from '../../src/metrics/checks.ts'
import type { Answerer } from '../../src/metrics/conversation.ts'
import { pastCheck } from '../../src/metrics/counting/checks.ts'
import type { Samples } from '../../src/metrics/provider.ts'
import { exits, Failure } from '../shell/failure.ts'
import type { Terminal } from '../shell/terminal.ts'

const timeoutMs = 60_000
const maxAnswerBytes = 64 * 2 ** 20
const mostSteps = 10_000

/** The server that is asked: that of the flag, or the one that the Canary names. */
export function serverOf({ spec }: Canary, flag: string | undefined): string {
  const server = flag ?? spec.metricsServer
  if (server) return server
  throw new UsageError('name the server with --prometheus=URL: the Canary has no metricsServer')
}

/** Puts the questions of checks to servers that this machine reaches. */
export async function withServers<T>(
  { signal }: Pick<Terminal, 'signal'>,
  work: (put: (check: MetricCheck) => Promise<Samples>) => Promise<T>,
): Promise<T> {
  const { createHttp } = await import('../../src/io/http-client.ts')
  const { proxyFromEnvironment } = await import('../../src/io/proxy.ts')
  const http = createHttp({ proxyFor: proxyFromEnvironment(process.env), maxAnswerBytes })
  const answer: Answerer = async (asked) => {
    if (!('http' in asked)) return { error: 'only HTTP servers are asked' }
    return http({ ...asked.http, timeoutMs }, signal).then(
      (given) => ({ http: given }),
      (cause: unknown) => ({ error: messageOf(cause) }),
    )
  }
  try {
    return await work(async (check) => {
      const outcome = await ask(check, answer)
      if ('problem' in outcome) throw failed(outcome.problem)
      if ('error' in outcome) throw failed(outcome.error)
      return outcome
    })
  } finally {
    await http.close()
  }
}

const failed = (why: string) =>
  new Failure(`error: the metric server can't be asked: ${why}`, { exit: exits.error })

/** The service that the primary was in this time. */
export async function serviceOf(
  canary: Canary,
  { backMs, now }: { backMs: number; now: Date },
  terminal: Pick<Terminal, 'signal'>,
): Promise<Service> {
  const { metrics, intervalMs } = canary.analysis
  const metric = metrics.find(({ name, counts }) => name === 'request-success-rate' || counts)
  if (!metric) throw new UsageError('there is no metric of failures whose history could be read')
  const stepSeconds = Math.max(
    1,
    Math.ceil(intervalMs / 1_000),
    Math.ceil(backMs / 1_000 / mostSteps),
  )
  const steps = Math.max(1, Math.floor(backMs / 1_000 / stepSeconds))
  const { past } = await withServers(terminal, (put) =>
    put(
      pastCheck(canary, metric, {
        ...{ find: () => undefined, meshProvider: canary.provider, now },
        ...{ stepSeconds, steps, hasBody: false },
      }),
    ),
  )
  if (!past?.requests || past.usual === undefined)
    throw new Failure('error: the history of the primary has too few requests to go by', {
      exit: exits.error,
    })
  const { dispersion, usual, requests, looks } = past
  return {
    requestsPerSecond: requests / (looks * stepSeconds),
    rate: usual,
    noise: dispersion.cluster > 1 ? 'retries' : 'independent',
    ...(dispersion.cluster > 1 && { size: dispersion.cluster }),
    // Half of the noise of the ratio is of either version.
    ...(dispersion.noise > 0 && { swing: Math.sqrt(dispersion.noise / 2) }),
  }
}

/** Measures how late the samples come by which a canary is judged. */
import type { Canary } from '../../src/canary/canary.ts'
import { queryPath } from '../../src/cluster-check/metric-servers.ts'
import type { DiagnosisFacts } from '../../src/diagnosis/finding.ts'
import { KubeError } from '../../src/errors.ts'
import { ask } from '../../src/metrics/asking.ts'
import type { MetricCheck } from '../../src/metrics/checks.ts'
import type { Answerer } from '../../src/metrics/conversation.ts'
import { isJudgeable } from '../../src/metrics/counting/arms.ts'
import { lagCheck } from '../../src/metrics/counting/checks.ts'
import { serviceAddress } from '../../src/service-host.ts'
import { isService } from '../input/services.ts'
import type { Session } from '../shell/session.ts'
import { withServers } from '../simulating/history.ts'

const patienceMs = 5_000

/** Of the first judged metric that the server has which the Canary names; undefined for none. */
export function lagReader(
  session: Session,
  server: string | undefined,
): (canary: Canary) => Promise<DiagnosisFacts['lag']> {
  return async (found) => {
    const canary = server === undefined ? found : { ...found, metricsServer: server }
    const deps = { meshProvider: canary.provider }
    const metric = canary.analysis.judge
      ? canary.analysis.metrics.find(
          (one) => !one.counts?.templateRef && isJudgeable(canary, one, deps),
        )
      : undefined
    if (!metric) return undefined
    const now = session.clock.now()
    const check = lagCheck(canary, metric, { ...deps, find: () => undefined, now })
    const lag = server === undefined ? await askThrough(canary, check, session) : await put(check)
    return lag && { ...lag, metric: metric.name }
  }

  async function put(check: MetricCheck) {
    const { lag } = await withServers(session.terminal, (asked) => asked(check))
    return lag
  }
}

/** By the API server, where it is a Service of the cluster; what can't be asked is no finding. */
async function askThrough(canary: Canary, check: MetricCheck, session: Session) {
  const { kube, signal } = session
  const service = serviceAddress(canary.metricsServer, canary.namespace)
  if (!service || !(await isService(service, session))) return undefined
  const path = queryPath(service)
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
  const answer: Answerer = async (asked) => {
    if (!('http' in asked)) return { error: 'only HTTP servers are asked' }
    try {
      const { search } = new URL(asked.http.url)
      const read = await kube.raw('GET', path + search, undefined, patience)
      return { http: { status: 200, headers: {}, body: JSON.stringify(read) } }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof KubeError || patience.aborted) return { error: 'no answer' }
      throw error
    }
  }
  const outcome = await ask(check, answer)
  return 'error' in outcome || 'problem' in outcome ? undefined : outcome.lag
}

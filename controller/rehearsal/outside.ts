/** What answers the requests of a rehearsal's controller: hooks, and the Prometheus of the play. */
import type { Http, HttpAnswer } from '../../src/io/http.ts'
import { parametersIn, promReply, type Reply } from '../../src/sandbox/prometheus/api.ts'
import type { SeriesStore } from '../../src/sandbox/prometheus/series.ts'
import type { Props } from './props.ts'

export interface Outside {
  http: Http
  /** Metrics of which nothing is known in the play, taken for well. */
  taken: ReadonlySet<string>
}

/** `onRolloutHook` is called where a real one would send requests. */
export function outsideOf(
  { hooks, metrics }: Pick<Props, 'hooks' | 'metrics'>,
  of: { series: SeriesStore; now: () => Date; onRolloutHook: () => void },
): Outside {
  const { series, now, onRolloutHook } = of
  const taken = new Set<string>()
  return {
    taken,
    async http({ url, body = '' }) {
      const { hostname, pathname: path, search } = new URL(url)
      const hook = hooks.get(hostname)
      if (hook !== undefined) {
        if (hook === 'rollout') onRolloutHook()
        return answerOf(hook === 'rollback' ? 403 : 200, '')
      }
      const given = parametersIn(search, body)
      const reply = promReply({ path, given }, series, now())
      const metric = metrics.get(hostname)
      // What the Prometheus of the play can't read, another one may.
      const isKnown = reply.status === 200 && isCounted(given('query') ?? '', series)
      if (!metric || isAnswer(reply) || isKnown) return answerOf(reply.status, reply.body)
      taken.add(metric.name)
      return answerOf(200, vectorOf(metric.well, now()))
    },
  }
}

function answerOf(status: number, body: string): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body }
}

/** Has a value; also that a server is there is asked by a query. */
function isAnswer({ status, body }: Reply): boolean {
  return status === 200 && !body.includes('"result":[]')
}

/** Whether anything that the query names was ever counted in the play. */
function isCounted(query: string, series: SeriesStore): boolean {
  const words = query.match(/[a-zA-Z_:][\w:]*/g) ?? []
  return words.some((word) => series.all(word).length > 0)
}

function vectorOf(value: number, now: Date): string {
  const result = [{ metric: {}, value: [now.getTime() / 1000, `${value}`] }]
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } })
}

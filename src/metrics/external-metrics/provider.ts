/** Lists of values of the API external.metrics.k8s.io, which HorizontalPodAutoscalers read too. */
import { messageOf, ProviderError } from '../../errors.ts'
import { isMap } from '../../json.ts'
import { ofKubernetes } from '../http/error-forms.ts'
import { baseUrl, below, jsonOf, parameters, succeeded, timeoutMs, tlsOf } from '../http/web.ts'
import {
  askKube,
  type Conversation,
  type MetricProvider,
  type MetricSource,
  send,
} from '../provider.ts'
import { allowedNamespace } from '../templates/namespaces.ts'
import { readQuantity } from './quantity.ts'

const api = 'apis/external.metrics.k8s.io/v1beta1'

export const provider: MetricProvider = {
  *query({ query, window: _, ...source }) {
    const { namespace, metric, labelSelector } = parse(query.trim())
    const where = allowedNamespace(namespace, source)
    const path = `${api}/namespaces/${where}/${inPath(metric)}`
    const asked = { ...(labelSelector && { labelSelector }), timeout: '5s' }
    return { value: valueIn(yield* ask(source, `${path}?${parameters(asked)}`)) }
  },

  *probe(source) {
    yield* ask(source, api)
  },
}

/**
 * The API server is asked by the controller's own account, any other server with the token of the
 * Secret alone: what the controller may do is nobody's to send elsewhere.
 */
function* ask(source: MetricSource, path: string): Conversation<unknown> {
  const { address, secret, insecureSkipVerify } = source
  const request = address && {
    url: below(baseUrl('externalmetrics', address), path),
    headers: { ...(secret.token && { Authorization: `Bearer ${secret.token}` }) },
    timeoutMs,
    ...tlsOf('externalmetrics', secret),
    ...(insecureSkipVerify && { insecureSkipVerify }),
  }
  try {
    return request
      ? jsonOf(succeeded(yield* send(request), ofKubernetes))
      : yield* askKube({ path: `/${path}` })
  } catch (cause) {
    throw new ProviderError(`error querying external metrics API: ${messageOf(cause)}`, { cause })
  }
}

interface Parsed {
  namespace: string
  metric: string
  labelSelector: string | undefined
}

/** `NAMESPACE/METRIC?labelSelector=…`, of which only the metric is needed. */
function parse(query: string): Parsed {
  const [path = '', ...rest] = query.split('?')
  const found = new URLSearchParams(rest.join('?'))
  const odd = [...found.keys()].find((name) => name !== 'labelSelector')
  if (odd !== undefined) throw badQuery(`${odd} is no parameter, only labelSelector is`)
  const parts = path.split('/')
  const [metric = ''] = parts.slice(-1)
  if (parts.length > 2 || metric === '') throw badQuery('write it as NAMESPACE/METRIC')
  const [namespace] = parts.length === 2 ? parts : []
  const labelSelector = found.get('labelSelector') ?? undefined
  return { namespace: namespace || 'default', metric, labelSelector }
}

const badQuery = (why: string) => new ProviderError(`error parsing metric query: ${why}`)

/** Names such as `datadogmetric@shop:errors` go out as they are. */
const inPath = (text: string) =>
  encodeURIComponent(text).replaceAll('%40', '@').replaceAll('%3A', ':')

/** The value of the first item, as in Flagger; let the selector leave one. */
function valueIn(list: unknown): number | undefined {
  const items = isMap(list) ? (list.items ?? []) : undefined
  if (!Array.isArray(items)) throw new ProviderError('the answer is not a list of metrics')
  const [first]: unknown[] = items
  if (first === undefined) return undefined
  const text = isMap(first) ? first.value : undefined
  if (text === null) return undefined
  const value = typeof text === 'number' ? text : readQuantity(String(text))
  if (value !== undefined) return value
  throw new ProviderError('the first item has no value that is a quantity')
}

/** Keptn metrics and analyses: keptn.sh/stable/docs/reference/crd-reference/metric and /analysis. */
import { ProviderError } from '../../errors.ts'
import { isMap } from '../../json.ts'
import { askKube, type Conversation, type MetricProvider, type MetricSource } from '../provider.ts'
import { allowedNamespace } from '../templates/namespaces.ts'

const group = 'metrics.keptn.sh/v1beta1'

export const keptn: MetricProvider = {
  *query({ query, window: _, ...source }) {
    const asked = parse(query.trim(), source)
    return { value: yield* asked.isMetric ? metricOf(asked) : analysisOf(asked) }
  },

  // What a query names is known with the query alone.
  *probe() {},
}

interface Asked {
  isMetric: boolean
  namespace: string
  name: string
  timeframe: string
  args: Record<string, string>
}

/** `KIND/NAMESPACE/NAME/TIMEFRAME/ARGUMENTS`; unlike names, arguments keep their letters. */
function parse(query: string, source: MetricSource): Asked {
  const [kind = '', namespace = '', name = '', timeframe = '', ...rest] = query.split('/')
  const word = kind.toLowerCase()
  const isMetric = /^keptnmetrics?$/.test(word)
  if (!isMetric && !/^analys[ie]s$/.test(word))
    throw new ProviderError(`${JSON.stringify(kind)} is neither keptnmetric nor analysis`)
  if (namespace === '' || name === '')
    throw new ProviderError('the query has no name; write it as keptnmetric/NAMESPACE/NAME')
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(name))
    throw new ProviderError(`${JSON.stringify(name)} is not the name of an object`)
  return {
    isMetric,
    namespace: allowedNamespace(namespace.toLowerCase(), source),
    name: name.toLowerCase(),
    timeframe: timeframe.toLowerCase() || '1m',
    args: argumentsIn(rest.join('/')),
  }
}

function argumentsIn(text: string): Record<string, string> {
  const pairs = text.split(';').flatMap((pair) => {
    const [key = '', value, ...more] = pair.split('=')
    return value === undefined || more.length > 0 ? [] : [[key, value] as const]
  })
  return Object.fromEntries(pairs)
}

const pathOf = (kind: 'keptnmetrics' | 'analyses', namespace: string, name = '') =>
  `/apis/${group}/namespaces/${namespace}/${kind}${name && `/${name}`}`

function* metricOf({ namespace, name }: Asked): Conversation<number | undefined> {
  const { value } = statusOf(yield* askKube({ path: pathOf('keptnmetrics', namespace, name) }))
  // Keptn leaves it empty until it has asked for the first time.
  if (value === undefined || value === null || value === '') return undefined
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
  if (!Number.isNaN(number)) return number
  throw new ProviderError(`status.value of KeptnMetric ${namespace}/${name} is not a number`)
}

const lookEveryMs = 1_000
const mostLooks = 10

/** 1 for an analysis that passed, 0 for one that did not. */
function* analysisOf(asked: Asked): Conversation<number> {
  const { namespace, name, timeframe, args } = asked
  const created = yield* askKube({
    method: 'POST',
    path: pathOf('analyses', namespace),
    body: {
      apiVersion: group,
      kind: 'Analysis',
      metadata: { generateName: `${name}-`, namespace },
      spec: { analysisDefinition: { name }, timeframe: { recent: timeframe }, args },
    },
  })
  const path = pathOf('analyses', namespace, nameOf(created))
  try {
    return yield* resultOf(path, asked)
  } finally {
    yield* remove(path)
  }
}

function* resultOf(path: string, { namespace, name }: Asked): Conversation<number> {
  for (let look = 0; look < mostLooks; look += 1) {
    yield { pauseMs: lookEveryMs }
    const { state, pass } = statusOf(yield* askKube({ path }))
    if (state === 'Completed' && typeof pass === 'boolean') return pass ? 1 : 0
  }
  throw new ProviderError(
    `encountered timeout while waiting for Keptn Analysis ${namespace}/${name} to be finished`,
  )
}

/** That it can't be removed changes nothing of the result. */
function* remove(path: string): Conversation<void> {
  try {
    yield* askKube({ method: 'DELETE', path })
  } catch {
    // It is left to whoever cleans up there.
  }
}

function nameOf(created: unknown): string {
  const metadata = isMap(created) ? created.metadata : undefined
  const name = isMap(metadata) ? metadata.name : undefined
  if (typeof name === 'string' && name !== '') return name
  throw new ProviderError('the API server created an Analysis without a name')
}

function statusOf(object: unknown): Record<string, unknown> {
  const status = isMap(object) ? (object.status ?? {}) : undefined
  if (isMap(status)) return status
  throw new ProviderError('the API server answered with something that is no object of Keptn')
}

/**
 * GetMetricData of CloudWatch, by the JSON protocol of its service definition:
 * docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html.
 */
import { messageOf, ProviderError } from '../../errors.ts'
import { regionalHost } from '../../io/credentials/aws-domain.ts'
import type { HttpAnswer } from '../../io/http.ts'
import { isMap, readJson } from '../../json.ts'
import { sendSigned } from '../clouds/aws.ts'
import { wordsOf } from '../http/error-forms.ts'
import { baseUrl, below, jsonOf, listIn, timeoutMs, unreadable } from '../http/web.ts'
import type { Conversation, MetricProvider, MetricSource } from '../provider.ts'
import { queriesIn } from './queries.ts'

export const cloudwatch: MetricProvider = {
  *query({ query, window, ...source }) {
    const end = Math.floor(window.now.getTime() / 1000)
    const asked = {
      StartTime: end - Math.floor(window.intervalMs / 100),
      EndTime: end,
      MaxDatapoints: 20,
      MetricDataQueries: queriesIn(query),
    }
    return { value: valueIn(succeeded(yield* getMetricData(asked, source))) }
  },

  *probe(source) {
    const answer = yield* getMetricData({ StartTime: 0, EndTime: 0, MetricDataQueries: [] }, source)
    // It refuses to answer nothing, but not the caller.
    if (answer.status !== 400 || isRefusal(answer)) succeeded(answer)
  },
}

const mostTries = 3

/** One more time where the service asks for that, as the tools of AWS do. */
function* getMetricData(body: object, source: MetricSource): Conversation<HttpAnswer> {
  for (let tries = 1; ; tries += 1) {
    const answer = yield* sendOnce(body, source)
    if (tries === mostTries || !isPassing(answer)) return answer
    yield { pauseMs: 200 * 2 ** tries }
  }
}

function* sendOnce(body: object, source: MetricSource): Conversation<HttpAnswer> {
  const { region = '', address } = source
  if (region === '') throw new ProviderError('region not specified')
  const own = `https://${regionalHost('monitoring', region)}`
  const request = {
    method: 'POST' as const,
    url: below(baseUrl('cloudwatch', address || own), ''),
    headers: {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': 'GraniteServiceVersion20100801.GetMetricData',
    },
    body: JSON.stringify(body),
    timeoutMs,
  }
  try {
    return yield* sendSigned(request, { service: 'monitoring', source })
  } catch (cause) {
    throw new ProviderError(`error requesting cloudwatch: ${messageOf(cause)}`, { cause })
  }
}

const isPassing = (answer: HttpAnswer): boolean =>
  answer.status >= 500 || answer.status === 429 || /Throttl/.test(typeOf(answer))

/** Of the caller, whatever it asks for. */
const isRefusal = (answer: HttpAnswer): boolean =>
  /AccessDenied|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|Signature|NotAuthorized/.test(
    typeOf(answer),
  )

function succeeded(answer: HttpAnswer): HttpAnswer {
  if (answer.status === 200) return answer
  const message = memberOf(answer, 'message') || memberOf(answer, 'Message')
  throw new ProviderError(
    `error requesting cloudwatch: ${[typeOf(answer), message].filter(Boolean).join(': ')} (status ${answer.status})`,
  )
}

const typeOf = (answer: HttpAnswer): string => memberOf(answer, '__type').replace(/^.*#/, '')

function memberOf({ body }: HttpAnswer, name: string): string {
  const read = readJson(body)
  const value = isMap(read) ? read[name] : undefined
  return typeof value === 'string' ? value : ''
}

/** The newest value of the first result. */
function valueIn(answer: HttpAnswer): number | undefined {
  const [first] = listIn(jsonOf(answer), 'MetricDataResults', answer)
  if (first === undefined) return undefined
  if (!isMap(first)) throw unreadable(answer, 'a result is not an object')
  if (first.StatusCode === 'InternalError' || first.StatusCode === 'Forbidden')
    throw new ProviderError(
      ['error requesting cloudwatch', first.StatusCode, ...reasonsIn(first.Messages)].join(': '),
    )
  const [newest] = listIn(first, 'Values', answer)
  if (newest === undefined || newest === null) return undefined
  if (typeof newest === 'number') return newest
  throw unreadable(answer, 'a value is not a number')
}

/** `[{"Code":"…","Value":"…"}]` */
function reasonsIn(messages: unknown): string[] {
  const all: unknown[] = Array.isArray(messages) ? messages : []
  return all.flatMap((one) => wordsOf(isMap(one) ? [one.Code, one.Value] : undefined) ?? [])
}

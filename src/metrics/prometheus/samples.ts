/** Answers of the HTTP API of Prometheus: prometheus.io/docs/prometheus/latest/querying/api. */
import { ProviderError } from '../../errors.ts'
import type { HttpAnswer } from '../../io/http.ts'
import { isMap } from '../../json.ts'
import type { PastSeries } from '../../judge/past.ts'
import { errorIn, ofPrometheus, wordsOf } from '../http/error-forms.ts'
import { statusLine } from '../http/status-line.ts'
import { jsonOf, unreadable } from '../http/web.ts'

/** The value of an instant query; the last one, where there are several. */
export function sampleOf(answer: HttpAnswer): number | undefined {
  const last = valuesOf(answer).at(-1)?.value
  return Number.isNaN(last) ? undefined : last
}

/** The values of an instant query by one label of theirs; of a whole answer. */
export function namedSamples(answer: HttpAnswer, label: string): Map<string, number> {
  return new Map(
    valuesOf(answer, whole).flatMap(({ metric, value }) => {
      const name = isMap(metric) ? metric[label] : undefined
      return typeof name === 'string' ? [[name, value]] : []
    }),
  )
}

/** The series of a range query; what is no number is not a number; of a whole answer. */
export function rangesOf(answer: HttpAnswer): PastSeries[] {
  if (answer.status >= 400)
    throw new ProviderError(['error response: Status', ...failure(answer)].join(' '))
  return samplesOf(answer, whole).map(({ metric, values }) => ({
    labels: isMap(metric) ? textsOf(metric) : {},
    values: Array.isArray(values) ? values.flatMap(momentOf) : [],
  }))
}

function textsOf(labels: Record<string, unknown>): Record<string, string> {
  const pairs = Object.entries(labels).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(pairs.map(([name, value]) => [name, String(value)]))
}

function momentOf(pair: unknown): (readonly [number, number])[] {
  if (!Array.isArray(pair)) return []
  const [seconds, text]: unknown[] = pair
  return typeof seconds === 'number' && typeof text === 'string'
    ? [[seconds, numberOf(text)] as const]
    : []
}

function valuesOf(
  answer: HttpAnswer,
  check?: (read: unknown) => void,
): { metric: unknown; value: number }[] {
  if (answer.status >= 400)
    throw new ProviderError(['error response: Status', ...failure(answer)].join(' '))
  return samplesOf(answer, check).flatMap((sample) => {
    if ('values' in sample) throw new ProviderError('query returned multiple values')
    if (!Array.isArray(sample.value) || sample.value.length < 2)
      throw new ProviderError('query returned a sample without a value')
    const text: unknown = sample.value[1]
    return typeof text === 'string' ? [{ metric: sample.metric, value: numberOf(text) }] : []
  })
}

/** `400 Bad Request`, and what the server says. */
function failure({ status, body }: HttpAnswer): string[] {
  const said = errorIn(body, ofPrometheus)
  return said === undefined ? [statusLine(status)] : [`${statusLine(status)}:`, said]
}

/**
 * What is counted must be all there is. Thanos and Cortex say by a warning that a store did not
 * answer, Prometheus that a server behind it did not, and VictoriaMetrics by `isPartial`. What the
 * engine has to say about a query begins with its name.
 */
function whole(read: unknown): void {
  if (!isMap(read)) return
  const warnings: unknown[] = Array.isArray(read.warnings) ? read.warnings : []
  const said = wordsOf(warnings.filter((one) => !isOfEngine(one)))
  if (said === undefined && read.isPartial !== true) return
  throw new ProviderError(['the answer is partial', said].filter(Boolean).join(': '))
}

const isOfEngine = (warning: unknown): boolean =>
  typeof warning === 'string' && /^PromQL (info|warning): /.test(warning)

function samplesOf(answer: HttpAnswer, check?: (read: unknown) => void): Record<string, unknown>[] {
  const read = jsonOf(answer)
  if (isMap(read) && read.status === 'error')
    throw new ProviderError(`error response: ${errorIn(answer.body, ofPrometheus) ?? 'no reason'}`)
  check?.(read)
  const data = isMap(read) ? read.data : undefined
  const result = isMap(data) ? (data.result ?? []) : undefined
  if (!Array.isArray(result)) throw unreadable(answer, 'data.result is not a list')
  const samples: unknown[] = result
  if (!samples.every(isMap)) throw unreadable(answer, 'data.result holds values, not samples')
  return samples
}

const longestValue = 40

/** NaN is what a division by zero gives: no requests, no value. */
function numberOf(text: string): number {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text)
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (/^[+-]?nan$/i.test(text)) return Number.NaN
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isNaN(value)) return value
  const shown = JSON.stringify(text.slice(0, longestValue))
  throw new ProviderError(`strconv.ParseFloat: parsing ${shown}: invalid syntax`)
}

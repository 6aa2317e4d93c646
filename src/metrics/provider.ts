/** A metric provider turns a rendered query into one HTTP request, and its answer into a number. */
import type { HttpAnswer, HttpRequest } from '../io/http.ts'

/** Where to ask, from a MetricTemplate (or the controller's own Prometheus) and its Secret. */
export interface MetricSource {
  address: string
  /** Decoded values of the Secret, by key; empty when the template names none. */
  secret: Record<string, string>
  headers: Record<string, string[]>
  region?: string
  insecureSkipVerify: boolean
}

export interface QueryWindow {
  now: Date
  /** Window of the metric, in milliseconds. */
  intervalMs: number
}

/** Builds requests, reads answers; never any I/O. */
export interface MetricProvider {
  /** The request for one query. Throws ProviderError when the source lacks what it needs. */
  request(source: MetricSource, query: string, window: QueryWindow): HttpRequest
  /** The value; undefined when the answer holds none. Throws ProviderError with the reason. */
  value(answer: HttpAnswer): number | undefined
  /** The request by which the provider is known to be there. */
  probe(source: MetricSource): HttpRequest
  /** Throws ProviderError with the reason when the provider is not in working order. */
  probed(answer: HttpAnswer): void
}

/** One folder for each service: its name as `MetricTemplate.spec.provider.type` has it. */
export interface MetricService {
  type: string
  provider: MetricProvider
}

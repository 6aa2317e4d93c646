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
  /** How an endpoint is asked, and where its JSON has the value; for the type `webhook` only. */
  method?: 'GET' | 'POST'
  valuePath?: string
  counts?: { bad: string; all: string }
}

export interface QueryWindow {
  now: Date
  /** Window of the metric, in milliseconds. */
  intervalMs: number
}

/** What a provider asks for: a request, an object of the API server, or credentials of a cloud. */
export type Ask =
  | { http: HttpRequest }
  /** A GET by the controller's own account; the path with its query. */
  | { kube: { path: string } }
  /** Of the Secret, the environment or the machine, in the way of the cloud's own tools. */
  | { credentials: CredentialsWanted }

export interface CredentialsWanted {
  cloud: 'aws' | 'gcp'
  /** Decoded values of the template's Secret; empty when it names none. */
  secret: Readonly<Record<string, string>>
  region?: string
}

/** What signs requests: keys for AWS, a token for Google. */
export type Credentials =
  | { cloud: 'aws'; accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  | { cloud: 'gcp'; token: string; project?: string }

/** The answer to an ask, under the name of what was asked. */
export interface Answer {
  http?: HttpAnswer
  kube?: unknown
  credentials?: Credentials
}

/**
 * Asks until it knows. It never does I/O: who runs it sends what is yielded, and throws a
 * ProviderError into it where no answer came. Before the first ask it throws where the source
 * lacks what it needs.
 */
export type Conversation<T> = Generator<Ask, T, Answer>

/** What an answer holds: one number, or counts of what failed and of all. */
export interface Samples {
  /** Undefined when the answer holds none. */
  value?: number | undefined
  counts?: { bad: number; all: number }
}

/** Asks for values; never any I/O. */
export interface MetricProvider {
  /** The value of one query. Throws ProviderError with the reason why there is none. */
  query(of: MetricSource & { query: string; window: QueryWindow }): Conversation<Samples>
  /** Ends well when the provider is in working order, and throws ProviderError when it is not. */
  probe(of: MetricSource): Conversation<void>
}

/** One request and its answer, which may be of any status. */
export function* send(request: HttpRequest): Conversation<HttpAnswer> {
  const { http } = yield { http: request }
  if (!http) throw new Error('an HTTP request was answered by something else')
  return http
}

/** One folder for each service: its name as `MetricTemplate.spec.provider.type` has it. */
export interface MetricService {
  type: string
  provider: MetricProvider
}

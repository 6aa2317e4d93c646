/** A metric provider turns a rendered query into one HTTP request, and its answer into a number. */
import type {
  Credentials,
  CredentialsWanted,
  GivenCredentials,
} from '../io/credentials/credentials.ts'
import type { HttpAnswer, HttpRequest } from '../io/http.ts'
import type { Count } from '../judge/look.ts'
import type { Past } from '../judge/past.ts'

/** Where to ask, from a MetricTemplate (or the controller's own Prometheus) and its Secret. */
export interface MetricSource {
  address: string
  /** Of the namespaces whose objects may be asked for; absent where all may. */
  namespaces?: readonly string[]
  /** Decoded values of the Secret, by key; empty when the template names none. */
  secret: Record<string, string>
  headers: Record<string, string[]>
  region?: string
  /** What the requests to a Prometheus of a cloud are signed with. */
  auth?: 'sigv4' | 'google'
  /** Where a service has two. */
  apiVersion?: 'v1' | 'v2'
  language?: 'mql' | 'promql'
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
  /** By the controller's own account, whose rights are among `grants` of the service. */
  | { kube: KubeRequest }
  /** Of the Secret, the environment or the machine, in the way of the cloud's own tools. */
  | { credentials: CredentialsWanted }
  /** Nothing, but not before that many milliseconds. */
  | { pauseMs: number }

export interface KubeRequest {
  /** GET unless told otherwise. */
  method?: 'GET' | 'POST' | 'DELETE'
  /** With its query. */
  path: string
  body?: unknown
}

/** The answer to an ask, under the name of what was asked; empty to a pause. */
export interface Answer {
  http?: HttpAnswer
  kube?: unknown
  credentials?: GivenCredentials
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
  /** Counts of both versions; of durations, by each bound. */
  arms?: readonly BothCounts[]
  /** How failures of the primary come. */
  past?: Past
  /** Counts of both versions in each step of a time that has passed. */
  steps?: readonly StepCounts[]
  /** Bounds beyond which a request is slow; none where there are no buckets. */
  bounds?: readonly Bounded[]
  /** How late samples come; absent where there are none. */
  lag?: Lag
}

/** Of the primary's counters. */
export interface Lag {
  /** Of the newest sample that the server answers with. */
  ageSeconds: number
  /** Between two samples. */
  everySeconds: number
}

export interface BothCounts {
  canary: Count
  primary: Count
  /** Requests of series that were not there at the last look; absent where nobody can tell. */
  born?: { canary: number; primary: number }
}

/** What was counted in the step that ends then, in Unix seconds. */
export interface StepCounts extends BothCounts {
  at: number
}

/** A bound, and how the primary's requests beyond it come; undefined where nothing is known. */
export interface Bounded {
  boundMs: number
  past?: Past
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

/** What the API server says to one request; the body may be anything. */
export function* askKube(request: KubeRequest): Conversation<unknown> {
  const answer = yield { kube: request }
  if (!('kube' in answer)) throw new Error('a request to the API server was answered by another')
  return answer.kube
}

/** Credentials for one cloud. */
export function* credentialsFor<C extends Credentials['cloud']>(
  cloud: C,
  { secret, region }: Pick<MetricSource, 'secret' | 'region'>,
  refused?: string,
): Conversation<Extract<GivenCredentials, { cloud: C }>> {
  const wanted = { cloud, secret, ...(region && { region }), ...(refused && { refused }) }
  const { credentials } = yield { credentials: wanted }
  if (isFor(cloud, credentials)) return credentials
  throw new Error(`credentials for ${cloud} were asked for, and others came`)
}

function isFor<C extends Credentials['cloud']>(
  cloud: C,
  credentials: GivenCredentials | undefined,
): credentials is Extract<GivenCredentials, { cloud: C }> {
  return credentials?.cloud === cloud
}

/** One folder for each service: its name as `MetricTemplate.spec.provider.type` has it. */
export interface MetricService {
  type: string
  provider: MetricProvider
  /** It holds the counters themselves, and the judge writes the queries. */
  hasCounters?: true
  /** It can count, to the last request, what came between two times that a query names. */
  isExact?: true
  /** The rights that the controller needs for what this service asks the API server. */
  grants?: readonly Grant[]
}

export interface Grant {
  /** `metrics.keptn.sh/analyses`, with the group first. */
  resource: string
  verbs: readonly ('get' | 'list' | 'create' | 'delete')[]
}

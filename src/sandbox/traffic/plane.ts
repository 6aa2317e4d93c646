/**
 * A data plane: how a mesh or an ingress reads its own objects, as its documentation says. It knows
 * nothing of the router that writes them, so that what a router gets wrong is seen by users.
 */
import type { AnalysisMatch } from '../../canary/api.gen.ts'
import type { KubeObject } from '../../objects.ts'
import type { Labels } from '../prometheus/series.ts'
import type { Endpoint } from './endpoints.ts'

/** What one user sends. Names of headers in lower case; cookies stand in the header `cookie`. */
export interface UserRequest {
  method: string
  path: string
  headers: Readonly<Record<string, string>>
}

/** What a request is for. */
export interface Called {
  namespace: string
  /** The Service: the apex of a canary, or any other. */
  service: string
  /** By which users come in where several lead to the Service; absent: by the first of them. */
  host?: string
}

/** Where one request goes. */
export interface Way {
  /** The Service whose pods answer; absent where no rule takes the request, which fails. */
  service?: string
  /** Service that gets a copy, whose answer nobody waits for. */
  copyTo?: string
  /** Values of `Set-Cookie` in the answer. */
  setCookies?: readonly string[]
  /** The object that took the request, where the plane counts by it. */
  via?: Via
}

export interface Via {
  /** Name of the Ingress of the rule. */
  ingress: string
  isCanary: boolean
}

/** The ways that a Service's requests take with the objects as they are. */
export type Road = (request: UserRequest, random: () => number) => Way

/** The objects of the cluster; none of a kind that it does not serve. */
export interface Objects {
  /** Of kinds that have no namespace, by an empty one. */
  list<T extends KubeObject>(kind: { apiVersion: string; kind: string }, namespace: string): T[]
}

export interface PlaneSettings {
  /** Prefix of the NGINX annotations, without the slash. */
  ingressAnnotationsPrefix: string
}

/** A request that was answered, by a pod or in place of one. */
export interface Served {
  namespace: string
  /** The Service that it reached. */
  service: string
  port: number
  via: Via | undefined
  /** Absent when no pod was ready. */
  endpoint: Endpoint | undefined
  status: number
  latencyMs: number
}

export type Measurement =
  | { kind: 'counter'; name: string; labels: Labels }
  | {
      kind: 'histogram'
      /** Without `_bucket`, `_sum` or `_count`. */
      name: string
      labels: Labels
      value: number
      /** Upper bounds in the unit of the value; `+Inf` comes by itself. */
      bounds: readonly number[]
    }

export interface Plane {
  /** Reads the objects once for many requests; undefined where it does not stand in their way. */
  road(called: Called, objects: Objects, settings: PlaneSettings): Road | undefined
  /** What it counts of a request that went through it. */
  counts(served: Served): Measurement[]
  /** It sees only requests that come through it, not what goes from pod to pod. */
  isIngress?: true
  /** Headers by which a request meets the first condition of an A/B test. */
  tester(match: readonly AnalysisMatch[]): Record<string, string>
}

/** Buckets of the usual histograms, in seconds and in milliseconds. */
export const secondBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
export const millisecondBounds = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000,
]

/** What Envoy counts of a request, by the labels that tell where it went. */
export function envoyCounts(
  labels: Labels,
  { status, latencyMs }: Pick<Served, 'status' | 'latencyMs'>,
): Measurement[] {
  return [
    {
      kind: 'counter',
      name: 'envoy_cluster_upstream_rq',
      labels: { ...labels, envoy_response_code: `${status}` },
    },
    {
      kind: 'histogram',
      name: 'envoy_cluster_upstream_rq_time',
      labels,
      value: latencyMs,
      bounds: millisecondBounds,
    },
  ]
}

/** One of several by their shares of the sum; undefined where nothing has a share. */
export function chosen<T>(
  from: readonly { to: T; weight: number }[],
  random: () => number,
): T | undefined {
  const total = from.reduce((sum, { weight }) => sum + weight, 0)
  let left = random() * total
  for (const { to, weight } of from) {
    if (weight > 0 && left < weight) return to
    left -= weight
  }
  return undefined
}

/** The cookies of a request. */
export function cookiesOf({ headers }: UserRequest): Map<string, string> {
  const pairs = (headers.cookie ?? '').split(';').flatMap((part): [string, string][] => {
    const at = part.indexOf('=')
    return at < 0 ? [] : [[part.slice(0, at).trim(), part.slice(at + 1).trim()]]
  })
  return new Map(pairs)
}

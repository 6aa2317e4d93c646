import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { KubeObject } from '../../src/objects.ts'

/** A value for queries, or `error` for an answer of status 500. */
export type MetricValue = number | string
export type HookAnswer = number | { status?: number; json?: unknown; text?: string }

/**
 * One thing to do or to wait for; `timeout` is in seconds. A `sleep`, in seconds too, ends earlier
 * when the numbers of the Canary changed `changes` times.
 */
export type Step =
  | { phase: string; timeout?: number }
  | { event: string; timeout?: number }
  | { image: string }
  | { patch: Patch }
  | { apply: KubeObject }
  | { delete: { kind: string; name: string } }
  | { gone: { kind: string; name: string } }
  | { metrics: Record<string, MetricValue> }
  | { hooks: Record<string, HookAnswer> }
  | { sleep: number; changes?: number }
  | { expect: Expected | Expected[]; timeout?: number }
  | { request: Record<string, unknown> }
  | { controller: 'kill' }
  /** From then on with these flags besides. */
  | { controller: 'start'; flags?: string[] }

/** As much of an object as matters; null is a field, or with `absent` an object, that is not there. */
export interface Expected {
  kind: string
  name: string
  absent?: true
  [field: string]: unknown
}

export interface Patch {
  kind: string
  name: string
  type?: string
  subresource?: string
  body: Record<string, unknown>
}

/** What one run is given. `$STUB` in it is the stub's URL, `$NS` the namespace. */
export interface Inputs {
  /** Kinds to watch besides the usual ones. */
  kinds?: string[]
  /** The workload whose image `image` steps set; a Deployment `podinfo` where absent. */
  target?: string
  targetKind?: string
  /** Added to the controller's environment. */
  env?: Record<string, string>
  objects: KubeObject[]
  /** Regular expression on the query → value; the first match wins; none: an empty answer. */
  metrics?: Record<string, MetricValue>
  /** Regular expression on the path → answer; the first match wins; none: status 200. */
  hooks?: Record<string, HookAnswer>
  steps: Step[]
}

export interface Scenario extends Inputs {
  name: string
  about?: string
  /** The controller's `-mesh-provider`. */
  provider: string
  /** Further flags of the controller. */
  flags?: string[]
}

export type TimelineEntry =
  | { event: string; count?: number }
  | { object: string; state: number }
  | { object: string; deleted: true }

export interface RecordedRequest {
  method: string
  path: string
  search: string
  query: string
  headers: Record<string, unknown>
  body: string
  times: number
}

/** An object without what differs from run to run; null: deleted. */
export type ObjectState = Record<string, unknown> | null

/** What a controller did in one scenario. */
export interface Recording {
  name: string
  about?: string
  provider: string
  flags?: string[]
  /** Why the run ended early. */
  error?: string
  seconds: number
  inputs: Inputs
  /** Every new state of every object, and every event on the Canary, in the server's order. */
  timeline: TimelineEntry[]
  /** The distinct states of each object, by `Kind/name`. */
  states: Record<string, ObjectState[]>
  requests: RecordedRequest[]
}

/** The recordings in a folder's JSON files, by name; with `only`, those of these names. */
export function readRecordings(folder: string, only: readonly string[] = []): Recording[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return files
    .sort()
    .map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Recording)
    .filter(({ name }) => only.length === 0 || only.includes(name))
}

/** The scenario that a recording was made with. */
export function scenarioOf({ name, about, provider, flags, inputs }: Recording): Scenario {
  return { name, ...(about && { about }), provider, ...(flags && { flags }), ...inputs }
}

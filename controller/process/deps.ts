/** What the controller's parts are given; constructed in one place, `main.ts`. */
import type { CanaryStatus } from '../../src/canary/api.gen.ts'
import type { Defaults } from '../../src/canary/canary.ts'
import type { Sharing } from '../../src/canary/sharing.ts'
import type { Clock } from '../../src/io/clock.ts'
import type { CredentialSource } from '../../src/io/credentials/credentials.ts'
import type { Http } from '../../src/io/http.ts'
import type { Cache } from '../../src/io/kube/cache/cache.ts'
import type { Kube } from '../../src/io/kube/kube.ts'
import type { Log } from '../../src/io/log.ts'
import type { KubeObject } from '../../src/objects.ts'
import type { RouterSettings, Routes } from '../../src/routers/router.ts'
import type { SizeWriters, WorkloadSettings } from '../../src/workloads/workload.ts'
import type { History } from '../../src/writes/brake.ts'
import type { Field } from '../../src/writes/fields.ts'
import { type Answers, createAnswers } from '../asking/answers.ts'
import type { Contents } from '../observe/contents.ts'
import type { Surroundings } from '../observe/surroundings.ts'
import type { Breath } from '../queue/breath.ts'
import type { Outside } from '../queue/queue.ts'
import type { RunLimits } from '../queue/run-limits.ts'
import type { Shares } from '../queue/shares.ts'
import { type Correspondence, createCorrespondence } from '../tell/correspondence.ts'
import { createSaid, type Said } from '../tell/said.ts'
import type { Teller } from '../tell/tell.ts'
import type { ClockSight } from '../tick/deadline-clock.ts'
import type { Metrics } from './metrics.ts'

/** The part of the configuration that decisions depend on. */
export interface Settings {
  defaults: Defaults
  routers: RouterSettings
  workloads: WorkloadSettings
  noCrossNamespaceRefs: boolean
  sharing: Sharing
  dryRun: boolean
  /** Events of all canaries go to a hook as well. */
  hasEventHook: boolean
  /** Methods that hooks may be called by. */
  hookMethods: readonly string[]
  /** No request to the outside takes longer, whatever its time-out says. */
  longestTimeoutMs: number
}

export interface Deps {
  kube: Kube
  cache: Cache
  contents: Contents
  http: Http
  /** What signs requests to the services of clouds. */
  credentials: CredentialSource
  clock: Clock
  /** A number in [0, 1). */
  random: () => number
  log: Log
  settings: Settings
  metrics: Metrics
  teller: Teller
  /** Says that the API server drops fields of a status. */
  tellDropped: (dropped: CanaryStatus) => void
  /** Which runs may begin. */
  runLimits: RunLimits
  /** Limits of what namespaces ask of the outside at a time. */
  shares: Shares
  /** Lets the event loop go round in the middle of long work. */
  breath: Breath
  /** In a look: waits for somebody else without holding a slot of the queue. */
  outside: Outside
  /** Has this canary looked at again. */
  wake: () => void
  /** In a look: the server answered a write with this object. */
  wrote: (object: KubeObject) => void
  /** When this process began to act, by the time of day then, ... */
  startedAt: Date
  /** ... and on the clock that only grows. */
  startedMs: number
  /** Aborted when the controller shuts down. */
  signal: AbortSignal
}

/** Of a contested field: its other writer, and what was found and wanted first, since both may vary. */
export interface Rival {
  manager: string | undefined
  first: Field
}

/** What one process remembers of a canary between ticks; losing it does no harm. */
export interface Memory {
  /** On the clock that only grows. */
  lastStepMs: number | undefined
  /** What was last seen of the clock. */
  clock: ClockSight | undefined
  said: Said
  /** Alerts on their way. */
  correspondence: Correspondence
  /** Answers to the checks of a step that is not written yet. */
  answers: Answers
  /** Writes that changed nothing on the server: not repeated. */
  settled: Map<string, { resourceVersion: string; wanted: string }>
  /** Writes by field, to tell when somebody undoes them again and again. */
  tried: History
  /** Who else writes the fields that are contested, as far as the server knows, and what. */
  rivals: Map<string, Rival>
  /** When a write that is held back is made; undefined where none waits. */
  retryMs: number | undefined
  /** Of the last status written: fields that the API server dropped. */
  dropped: CanaryStatus
  /** Who gave target and primary their size, as of these versions of the two. */
  sized: { versions: string; writers: SizeWriters } | undefined
  /** The traffic that this process wrote last. */
  routed: Routes | undefined
  /** Ticks in a row that ended with an error. */
  failures: number
  /** What others in the namespace mean for the canary, as of their last change. */
  surroundings: Surroundings | undefined
  /** What the user was warned of: each is said once. */
  warned: ReadonlySet<string>
  /** A look-up of objects that the server has not answered yet. */
  lookup?: { of: string; done: Promise<void> } | undefined
}

/** That of a canary which this process has not looked at yet. */
export function createMemory(): Memory {
  return {
    lastStepMs: undefined,
    surroundings: undefined,
    clock: undefined,
    said: createSaid(),
    correspondence: createCorrespondence(),
    answers: createAnswers(),
    settled: new Map(),
    tried: new Map(),
    rivals: new Map(),
    retryMs: undefined,
    dropped: {},
    sized: undefined,
    routed: undefined,
    failures: 0,
    warned: new Set(),
  }
}

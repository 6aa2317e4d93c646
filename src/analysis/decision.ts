/** The data of one step: what it may see, what it may ask, and what it may do. Plain data. */
import type { CanaryStatus, JudgeStatus, Phase, PodTrouble } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import type { Occasion, Severity } from '../canary/occasion.ts'
import type { Requests } from '../requests/fields.ts'
import type { Abilities, Acceptance, Routes } from '../routers/router.ts'
import type { Follow } from '../scalers/scaler.ts'
import type { SizeWriters, Sizing, WorkloadState } from '../workloads/workload.ts'

/** Everything one step may look at, read in one pass. The time and the dice are part of it. */
export interface Observation {
  now: Date
  /** The time by which deadlines are counted, where the clock was set forward meanwhile. */
  deadlineTime?: Date
  canary: Canary
  /** What `spec` gets wrong, one sentence each; a canary with problems is held where it is. */
  problems: string[]
  /** What a person should know though nothing is held up by it, one sentence each. */
  warnings?: readonly string[]
  /** What it, or what it refers to, gets wrong, and is worked on all the same. */
  faults: Fault[]
  workload: WorkloadState
  /** What the autoscaler of the canary makes of the sizes; absent where it has none. */
  sizing?: Sizing | undefined
  /** Undefined while the routing objects do not exist; a text when they can't be read. */
  routes: Routes | { unreadable: string } | undefined
  /** Whether those routes are in force. */
  acceptance: Acceptance
  abilities: Abilities
  /** What keeps the pods from becoming ready; only read where a deadline has passed. */
  podTroubles?: PodTrouble[] | undefined
  /** Who gave the workloads their size; looked up only where the target is up at rest. */
  sizeWriters?: SizeWriters | undefined
  /** Somebody scales the target up faster than is corrected: it does not rest, whatever is written. */
  isRestContested?: boolean
  /** Who else set the routes; looked up only where they are ahead of the status. */
  routesWriter?: string | undefined
  /** Why no run may begin now: so many are under way as may be. Undefined where one may. */
  noPlace?: string | undefined
  /** The controller has a hook of its own for the events of all canaries (`-event-webhook`). */
  hasEventHook?: boolean
  /** Requests by annotation, parsed. */
  requests: Requests
  /** When the controller last took a paced step for this canary; memory only, may be absent. */
  lastStepAt: Date | undefined
  /** When this process started; requests found then and older than five minutes are expired. */
  startedAt: Date
  /** Twenty letters from which session cookies are cut. */
  letters: string
}

/**
 * What is known of a canary that can't be worked on now. It is enough to answer what people ask,
 * and every observation has it.
 */
export type Glance = Pick<Observation, 'canary' | 'now' | 'requests' | 'startedAt'> & {
  workload: Pick<WorkloadState, 'revision'>
}

/** Seen before there is any traffic: one sentence, with field and remedy. */
export interface Fault {
  message: string
  /** No run can pass with it. */
  isFatal: boolean
  /** The check that fails by it. */
  check?: { name: string; kind: 'metric' | 'webhook' }
}

export type HookType =
  | 'confirm-rollout'
  | 'pre-rollout'
  | 'rollout'
  | 'confirm-traffic-increase'
  | 'confirm-promotion'
  | 'post-rollout'
  | 'rollback'

/** A question that only the outside world can answer. */
export type Check =
  /** Asks the hooks of one type, in order, until one decides. `phase` is what the payload says. */
  | { kind: 'hooks'; type: HookType; phase: Phase }
  /** Runs every metric check, in order, until one fails. */
  | { kind: 'metrics' }
  /** Counts for the judge alone, between two checks of the metrics. */
  | { kind: 'looks' }
  /** Probes the metric providers, at bootstrap. */
  | { kind: 'providers' }

/** One question put to one hook or metric server, and what came back. */
export interface CheckResult {
  name: string
  kind: 'metric' | 'webhook'
  ok: boolean
  value?: number
  unit?: string
  min?: number
  max?: number
  window?: string
  /** What was missing, or why no value came. */
  error?: string
}

/** The answer to a check. */
export interface Verdict {
  /**
   * `passed`: all hooks answered with success (`rollback`: one did), all metrics are within their
   * limits. `undecided`: what was measured says neither yet, and is asked again; such a measurement
   * is none of the results.
   */
  outcome: 'passed' | 'failed' | 'undecided'
  /** What decided it: the failing hook's or metric's name, and for hooks the error text. */
  by?: string
  why?: string
  /** Hooks: it gave no answer at all, and won't open by itself. */
  broken?: boolean
  /** Gates: for so long, in milliseconds, it need not be asked again. */
  askAgainMs?: number
  /** It failed for good: the run is rolled back at once, whatever the threshold is. */
  final?: true
  /** It passed, and yet not enough is proven to promote; why. */
  unproven?: string
  /** Nothing was proven within the limit: a person decides, and is told this. */
  overdue?: string
  /** It passed so surely that the steps that remain may be left out. */
  isEnough?: true
  /** What the judge notes in the run. */
  judge?: JudgeStatus
  /** Events that belong to the answer, in the order in which they happened. */
  events: { type: EventType; message: string }[]
  results: CheckResult[]
}

export type Verdicts = Partial<Record<string, Verdict>>

export type EventType = 'Normal' | 'Warning'

/** What a rule comes to. */
export type Step =
  | { kind: 'check'; check: Check }
  | {
      kind: 'act'
      effects: Effect[]
      /** A check or a weight was moved on: the next one waits for the interval. */
      paced: boolean
      /** Look again then, if nothing happens before. Absent: only a change wakes this canary. */
      wakeAt?: Date
    }

/** A step, with the name of the rule that decided it. */
export type Decision = Step & { rule: string }

/** What a step does, in domain terms and in order; the first that fails ends the tick. */
export type Effect =
  /** Canary and primary Service (`pods`), or the Service that users call (`apex`). */
  | { kind: 'services'; which: 'pods' | 'apex' }
  | { kind: 'initialize' }
  | { kind: 'autoscaler'; follow: Follow }
  | { kind: 'hold-autoscaler'; held: boolean }
  | { kind: 'route'; routes: Routes }
  | { kind: 'promote' }
  | { kind: 'scale'; to: 'zero' | 'full' }
  /** Another size for the primary, without a new revision. */
  | { kind: 'resize'; replicas: number }
  | { kind: 'status'; change: StatusChange }
  /** Removes one-shot requests from the annotations, after their answers are in the status. */
  | { kind: 'clear-requests'; annotations: string[] }
  /** `routine`: that a hook answered as it mostly does, which a run that waits does not repeat. */
  | { kind: 'event'; type: EventType; message: string; phase: Phase; routine?: true }
  /**
   * Like an event, but said once until it changes: what a canary is waiting for. `routine`: as each
   * one does, so that it is worth a word only if it lasts.
   */
  | { kind: 'report'; type: EventType; message: string; phase: Phase; routine?: true }
  | {
      kind: 'alert'
      occasion: Occasion
      severity: Severity
      message: string
      /** With the fields that describe the canary. */
      fields: boolean
      /** The hook that waits for somebody, by its name. */
      gate?: string
      /** Under which the status has it until it is sent, and the run that it is about. */
      id?: string
      run?: number
      /** When it was decided, where that was by a process before this one, and who has heard since. */
      decidedAt?: string
      told?: readonly string[]
    }
  /** Calls hooks whose answer changes nothing: post-rollout, and rollback hooks to be called. */
  | { kind: 'call'; type: 'post-rollout' | 'rollback'; phase: Phase; eventPhase: Phase }
  | { kind: 'finished'; result: 'completed' | 'skipped' | 'failed' }
  /** Undoes everything for `revertOnDeletion`, and lets the object go. */
  | { kind: 'finalizer'; present: boolean }
  | { kind: 'restore'; what: 'workload' | 'routes' | 'former' }

/** New values for status fields; undefined removes one. */
export type StatusChange = { [K in keyof CanaryStatus]?: CanaryStatus[K] | undefined }

/** The key under which the answer to a check is kept. */
export function checkKey(check: Check): string {
  return check.kind === 'hooks' ? `hooks:${check.type}` : check.kind
}

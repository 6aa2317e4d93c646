/** What somebody wants to happen in a simulated run. */
import type { KubeObject } from '../objects.ts'
import type { Load } from './traffic.ts'

export interface Script {
  /** A Canary as it stands in a file or in the cluster. */
  manifest: KubeObject & { spec?: unknown }
  load: Load
  /** From the creation of pods until they are ready. */
  podReadyMs: number
  /** Gives numbers in [0, 1): equal numbers, equal runs. */
  random: () => number
  /** Checks that fail once each, whatever is measured. */
  mishaps?: readonly Mishap[]
  /** From the first question of a gate until somebody opens it. */
  gateDelayMs?: number
  /** Values in place of those that the requests would give. */
  recording?: Recording
}

/** One failed check: of a metric or hook, or absent of the first metric. */
export interface Mishap {
  /** Number of the step, 1 is the first; or the weight of the canary. */
  at: { step: number } | { weight: number }
  name?: string
}

export interface Recording {
  /** Metrics that it has values of. */
  names: readonly string[]
  /** By time, in the units of the bounds; a metric without a value then had none. */
  rows: readonly { seconds: number; values: Readonly<Record<string, number | undefined>> }[]
}

/** A scaler copies the target's autoscaler for the primary, and holds the target's still. */
import type { KubeObject, ObjectRef } from '../objects.ts'
import type { ResourceKind } from '../resource-kind.ts'
import type { Reading, Sizing } from '../workloads/workload.ts'

/**
 * What a primary's autoscaler that exists takes over: during a run nothing, at rest what somebody
 * edited since the last time, and with a promotion all that the target's says.
 */
export type Follow = 'nothing' | 'edits' | 'all'

/** Kubernetes objects in, desired objects out; never any I/O. */
export interface Scaler {
  /** Every object that the functions below may look up. */
  reads(of: Reading): ObjectRef[]
  /** What it makes of the sizes of target and primary. */
  sizing(of: Reading): Sizing
  /**
   * The primary's autoscaler, made where it is missing. Throws InvalidSpecError when it can't be
   * made of the target's.
   */
  primary(of: Reading, follow: Follow): KubeObject[]
  /** The target's autoscaler held at zero, or running again; empty where nothing changes. */
  hold(of: Reading, held: boolean): KubeObject[]
  /** What is wrong with either, one sentence each, with field and remedy. */
  faults?(of: Reading): string[]
  /** What the person who runs it should know, one sentence each. */
  warnings?(of: Reading): string[]
}

/** One folder for each kind of autoscaler: all that is known of it. */
export interface ScalerKind {
  /** The kind as `spec.autoscalerRef` writes it. */
  kind: string
  /** Kinds that it reads or writes; RBAC and watches come from it. */
  kinds: readonly ResourceKind[]
  scaler: Scaler
}

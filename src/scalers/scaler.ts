/** A scaler copies the target's autoscaler for the primary, and holds the target's still. */
import type { KubeObject, ObjectRef } from '../objects.ts'
import type { ResourceKind } from '../resource-kind.ts'
import type { Reading, Sizing } from '../workloads/workload.ts'

/** Kubernetes objects in, desired objects out; never any I/O. */
export interface Scaler {
  /** Every object that the functions below may look up. */
  reads(of: Reading): ObjectRef[]
  /** What it makes of the sizes of target and primary. */
  sizing(of: Reading): Sizing
  /**
   * The primary's autoscaler: created where missing, brought up to date only with `update`.
   * Throws InvalidSpecError when the target's autoscaler is missing, or can't be the target's.
   */
  primary(of: Reading, update: boolean): KubeObject[]
  /** The target's autoscaler held at zero, or running again; empty where nothing changes. */
  hold(of: Reading, held: boolean): KubeObject[]
}

/** One folder for each kind of autoscaler: all that is known of it. */
export interface ScalerKind {
  /** The kind as `spec.autoscalerRef` writes it. */
  kind: string
  /** Kinds that it reads or writes; RBAC and watches come from it. */
  kinds: readonly ResourceKind[]
  scaler: Scaler
}

/** A scaler copies the target's autoscaler for the primary, and holds the target's still. */
import type { Canary } from '../canary/canary.ts'
import type { Find, KubeObject, ObjectRef } from '../objects.ts'
import type { ResourceKind } from '../resource-kind.ts'

export interface ScalerContext {
  canary: Canary
  find: Find
}

/** Kubernetes objects in, desired objects out; never any I/O. */
export interface Scaler {
  reads(canary: Canary): ObjectRef[]
  /**
   * The primary's autoscaler: created where missing, brought up to date only with `update`.
   * Throws InvalidSpecError when the target's autoscaler is missing.
   */
  primary(context: ScalerContext, update: boolean): KubeObject[]
  /** The target's autoscaler held at zero, or running again; undefined where nothing changes. */
  hold(context: ScalerContext, held: boolean): KubeObject | undefined
}

/** One folder for each kind of autoscaler: all that is known of it. */
export interface ScalerKind {
  /** The kind as `spec.autoscalerRef` writes it. */
  kind: string
  /** Kinds that it reads or writes; RBAC and watches come from it. */
  kinds: readonly ResourceKind[]
  scaler: Scaler
}

/** Workloads, by `spec.targetRef`. */
import type { Canary } from '../canary/canary.ts'
import { InvalidSpecError } from '../errors.ts'
import { workloadKinds } from './registry.gen.ts'
import type { MeasuredNames, Reading, Workload, WorkloadKind } from './workload.ts'

/** The names by which the target is measured; empty where they are those of a Deployment. */
export function measuredNames({ spec }: Pick<Canary, 'spec'>): MeasuredNames {
  return kindOf(spec)?.measured ?? {}
}

/** What the Canary gets wrong of what its kind of target asks for, one sentence each. */
export function targetProblems(canary: Canary): string[] {
  return kindOf(canary.spec)?.problems?.(canary) ?? []
}

/** Why the target, where it is there, can't be released by what it says itself. */
export function unusableTarget(of: Reading): string | undefined {
  return kindOf(of.canary.spec)?.workload.unusable?.(of)
}

/** Throws InvalidSpecError for a kind of target that can't be released. */
export function workloadFor({ spec, label }: Pick<Canary, 'spec' | 'label'>): Workload {
  const { targetRef } = spec
  const found = kindOf(spec)
  if (found) return found.workload
  throw new InvalidSpecError(
    `canary ${label}: spec.targetRef.kind ${targetRef.kind} is not supported, ` +
      `use one of ${workloadKinds.map(({ kind }) => kind).join(', ')}`,
  )
}

function kindOf({ targetRef }: Pick<Canary['spec'], 'targetRef'>): WorkloadKind | undefined {
  return workloadKinds.find(({ serves }) => serves(targetRef))
}
